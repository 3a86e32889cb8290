"""A question of a mail, from its link to profile and decision, and outcomes over HTTP: with the workers."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.answers import Answer
from schemas.decision import SendDecision
from schemas.documents import User
from tests.integration.processes import until
from tests.integration.test_tracking import ServeProcess, serve_process
from tests.integration.workers import workers
from workers.product.answer_links import answer_link
from workers.product.unsubscribe_links import PATH, UnsubscribeToken, unsubscribe_token, unsubscribe_tokens
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
PUBLIC = "https://kairos.example"


@pytest.fixture
def served(services: Any, tmp_path: Path) -> Iterator[ServeProcess]:
    """Serve with the fleet behind it."""
    with (
        serve_process(services, tmp_path, kairos_public_url=PUBLIC) as served,
        workers(["route", "people"], served.wire.settings, tmp_path),
        served.running(),
    ):
        yield served


def post(served: ServeProcess, path: str, body: bytes, kind: str) -> tuple[int, str]:
    """Status and content; a redirect is followed."""
    request = urllib.request.Request(served.address + path, body, {"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def told(served: ServeProcess, path: str) -> Any:
    """What a program is told, after a watermark; None for nothing."""
    served.wire.watermark(now_ms())
    return served.get_json(path)[1]


def decision(served: ServeProcess, person: str) -> SendDecision | None:
    """The decision about a person, as a program is told."""
    content = told(served, f"/decisions/{person}")
    return None if content is None else SendDecision.model_validate(content)


def register(served: ServeProcess, **fields: Any) -> SendDecision:
    """A user, and the mail that is decided."""
    user = User.model_validate({"id": "mia", "email": "mia@example.com"} | fields)
    served.wire.put("users", user.id, user, now_ms())
    until(lambda: (made := decision(served, user.id)) is not None and made.verdict != "wait")
    made = decision(served, user.id)
    assert made is not None
    return made


def test_an_answer_is_in_the_profile_until_the_document_has_one(served: ServeProcess) -> None:
    """Asked by its link, answered once, and overruled by the product."""
    asked = register(served)
    link = answer_link(served.wire.settings, asked)
    assert (asked.verdict, link is not None) == ("ask", True)
    path = (link or "").removeprefix(PUBLIC)

    def said(answer: str) -> tuple[int, str]:
        return post(served, path, f"answer={answer}".encode(), "application/x-www-form-urlencoded")

    until(lambda: said("tea%2C+hiking")[0] in (200, 409))  # 503 while Kafka is slow
    until(lambda: told(served, "/profiles/mia")["interests"] == ["tea", "hiking"])
    status, page = said("golf")
    assert (status, "You have answered already" in page) == (409, True)
    assert "interests" not in told(served, "/profiles/mia")["data_quality"]["missing"]
    assert [Answer.loads(raw.value or b"").value for raw in served.wire.records("answers")] == [
        ["tea", "hiking"]
    ]

    served.wire.put("users", "mia", User(id="mia", email="mia@example.com", interests=["chess"]), now_ms())
    until(lambda: told(served, "/profiles/mia")["interests"] == ["chess"])
    assert served.wire.records("dead-letters") == []


def test_an_outcome_over_http_frees_the_slot(served: ServeProcess) -> None:
    """Reported as sent, the person waits for the cooldown; an unknown decision changes nothing."""
    known = {"interests": ["tea"], "cuisine_preference": ["Thai"], "age": 34, "occupation": "Nurse"}
    made = register(served, **known)
    body = json.dumps(
        [{"decision_id": made.id, "outcome": "sent"}, {"decision_id": "mia:99", "outcome": "written"}]
    )

    assert made.verdict == "send"
    assert post(served, "/engagements", body.encode(), "text/plain")[0] == 415
    until(lambda: post(served, "/engagements", body.encode(), "application/json")[0] == 202)
    until(lambda: (now := decision(served, "mia")) is not None and now.reason == "cooldown")
    assert told(served, "/profiles/mia")["total_messages_sent"] == 1
    assert served.wire.records("dead-letters") == []


def test_documents_are_enriched_as_the_command_does_it(served: ServeProcess) -> None:
    """By the worker as it is started."""
    body = json.dumps({"users": [{"id": "mia", "age": "34"}], "as_of": "2024-02-10"})
    status, content = post(served, "/enrich", body.encode(), "application/json")

    (person,) = json.loads(content)["people"]
    assert (status, person["profile"]["age"], person["decision"]["verdict"]) == (200, 34, "wait")
    assert person["decision"]["reason"] == "address"
    status, description = served.get_json("/openapi.json")
    assert (status, "/enrich" in description["paths"]) == (200, True)


def test_one_click_stops_all_mails_of_a_person(served: ServeProcess) -> None:
    """The suppression is in its topic when the click is answered, and no later decision is to write."""
    made = register(served, interests=["tea"], cuisine_preference=["Thai"], age=34)
    token = UnsubscribeToken("mia", made.id, "en")
    path = PATH + unsubscribe_token(unsubscribe_tokens(served.wire.settings), token, now_ms())
    one_click = (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
    until(lambda: post(served, path, *one_click)[0] == 200)  # 503 while Kafka is slow

    assert b"unsubscribed" in served.wire.latest("suppressions")["person:mia"]
    until(lambda: (now := decision(served, "mia")) is not None and now.verdict == "wait")
    now = decision(served, "mia")
    assert now is not None
    assert "unsubscribed" in now.because
