"""What programs are told, and what is taken from them."""

from collections.abc import Iterator
from typing import Any

import pytest

from schemas.decision import SendDecision
from schemas.mail import MailClick
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.unit.serve.programs.asked import JSON, SENT, Asked, problem_of
from tests.world import at, profile_of, sample
from workers.runtime.process.clock import now_ms
from workers.serve.programs import endpoints
from workers.serve.programs.models import EnrichAnswer

DECISION = SendDecision.model_validate(SendDecision.EXAMPLES[0])
DOCUMENTS: dict[str, Any] = {
    "users": [{"id": 7, "email": "mia@x.jp", "age": "34", "interests": "tea, hiking", "plan": "gold"}],
    "orders": [{"id": 1, "user_id": 7, "amount": "$80.00", "date": "2024-01-10"}],
    "events": [{"id": 1, "date": "2024-01-15", "venue": "The Vault", "participants": ["mia@x.jp"]}],
    "messages": [{"id": 1, "user_id": "7", "status": "sent", "sent_date": "2024-02-09"}],
    "as_of": "2024-02-10",
}


@pytest.fixture
def asked() -> Iterator[Asked]:
    """In development, without tokens."""
    with (made := Asked()).client:
        yield made


def test_a_profile_is_told_as_of_now_or_of_a_later_time(asked: Asked) -> None:
    """Computed for the time, as any reader of the topic can."""
    profile = profile_of(sample())
    asked.model.profiles["user_001"] = profile
    now = EnrichedProfile.model_validate(asked.client.get("/profiles/user_001").json())
    then = asked.client.get("/profiles/user_001", params={"at": "2024-03-01T09:00:00+09:00"})

    assert now == profile.at(now.as_of)
    assert abs(now.as_of.timestamp() * 1000 - now_ms()) < 60_000
    assert EnrichedProfile.model_validate(then.json()) == profile.at(at("2024-03-01"))
    assert (then.headers["cache-control"], then.headers["content-type"]) == ("no-store", "application/json")


@pytest.mark.parametrize(
    ("path", "status", "field", "words"),
    [
        ("/profiles/nobody", 404, None, "no profile"),
        ("/profiles/user_001?at=2024-02-09", 404, None, "changed at 2024-02-10T00:00:00Z"),
        ("/profiles/user_001?at=yesterday", 422, "at", "must be a time"),
        ("/profiles/user_001?at=", 422, "at", "must be a time"),
        ("/profiles/%00", 422, "id", "is no id"),
        ("/profiles/", 422, "id", "is no id"),
        ("/decisions/nobody", 404, None, "no decision"),
        ("/decisions/user_001?at=2024-02-09T23:59:59Z", 404, None, "made at 2024-02-10T00:00:00Z"),
        ("/decisions/user_001?at=x", 422, "at", "must be a time"),
    ],
)
def test_what_is_not_known_is_a_problem(
    asked: Asked, path: str, status: int, field: str | None, words: str
) -> None:
    """RFC 9457, with the reason."""
    asked.model.profiles["user_001"] = profile_of(sample())
    asked.model.decisions["user_001"] = DECISION
    found = problem_of(asked.client.get(path))

    assert found[:2] == (status, field)
    assert words in found[2]


@pytest.mark.parametrize("when", ["2024-02-10", "9999-12-31T23:59:59Z"])
def test_a_decision_is_told_as_it_is(asked: Asked, when: str) -> None:
    """Now, and of any time since it was made; ids are read as references are."""
    asked.model.decisions |= {"user_001": DECISION, "7": DECISION, "a/b": DECISION}
    answers = [
        asked.client.get(path)
        for path in (
            "/decisions/user_001",
            f"/decisions/user_001?at={when}",
            "/decisions/7.0",
            "/decisions/a/b",
        )
    ]

    assert [SendDecision.model_validate(answer.json()) for answer in answers] == [DECISION] * 4


def test_a_profile_of_the_end_of_time_is_an_answer(asked: Asked) -> None:
    """Nothing overflows into a 500."""
    asked.model.profiles["user_001"] = profile_of(sample())

    assert asked.client.get("/profiles/user_001?at=9999-12-31T23:59:59Z").status_code in (200, 422)


def test_without_redis_it_is_503(asked: Asked) -> None:
    """Nobody knows."""
    asked.model.is_lost = True
    answer = asked.client.get("/profiles/user_001")

    assert problem_of(answer)[0] == 503
    assert answer.headers["retry-after"] == "2"


def test_documents_become_profiles_and_decisions(asked: Asked) -> None:
    """As the batch of the fleet does it, with the user's own fields."""
    answer = asked.client.post("/enrich", json=DOCUMENTS)
    (person,) = answer.json()["people"]

    assert answer.status_code == 200
    assert EnrichAnswer.model_validate(answer.json()).people[0].profile.age == 34
    assert (person["profile"]["plan"], person["profile"]["number_of_events_attended"]) == ("gold", 1)
    assert person["decision"]["verdict"] == "wait"
    assert (person["decision"]["reason"], person["decision"]["until"]) == (
        "cooldown",
        "2024-02-16T00:00:00+00:00",
    )
    assert asked.client.post("/enrich", json={}).json() == {"people": []}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"users": [{"id": "a"}, {"name": "x"}]}, 422, "users.1"),
        ({"users": {"id": "a"}}, 422, "users"),
        ({"users": ["a"]}, 422, "users.0"),
        ({"user": []}, 422, "user"),
        ({"users": [], "as_of": "soon"}, 422, "as_of"),
        ([], 422, None),
    ],
)
def test_documents_that_cannot_be_used_are_named(
    asked: Asked, body: Any, status: int, field: str | None
) -> None:
    """By their place."""
    assert problem_of(asked.client.post("/enrich", json=body))[:2] == (status, field)


def test_too_many_documents_are_refused(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one request, and at once."""
    large = b'{"users": [' + b" " * 1_000_000 + b"]}"
    assert problem_of(asked.client.post("/enrich", content=large, headers=JSON))[0] == 413
    monkeypatch.setattr(endpoints, "MOST_AT_ONCE", 0)
    assert problem_of(asked.client.post("/enrich", json=DOCUMENTS))[0] == 503


def test_outcomes_are_written_under_their_person(asked: Asked) -> None:
    """One, or a list; the time is ours where none is given."""
    one = asked.client.post("/engagements", json=SENT)
    two = {"decision_id": "a:b:12", "outcome": "bounced", "at": "2024-02-10T08:00:00+09:00", "detail": "550"}
    several = asked.client.post("/engagements", json=[two, SENT])

    assert (one.status_code, one.json(), several.json()) == (202, {"accepted": 1}, {"accepted": 2})
    first, second, _ = asked.reports()
    assert (first.person, first.outcome, abs(first.at.timestamp() * 1000 - now_ms()) < 60_000) == (
        "mia",
        "sent",
        True,
    )
    assert (second.person, second.detail) == ("a:b", "550")
    assert second.at == from_epoch_ms(1_707_519_600_000)
    assert [(record.topic, record.key) for record in asked.writer.records[:2]] == [
        ("engagements", b"mia"),
        ("engagements", b"a:b"),
    ]


def test_a_page_tells_for_how_long_it_was_seen(asked: Asked) -> None:
    """Of which link, so that it is known at once that a person followed it."""
    told = {"link": "job/job_001", "visible_seconds": 12}
    answer = asked.client.post("/engagements", json=SENT | {"outcome": "clicked", "click": told})
    (report,) = asked.reports()

    assert answer.status_code == 202
    assert report.click == MailClick(link="job/job_001", visible_seconds=12.0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"outcome": "sent"}, "decision_id"),
        (SENT | {"decision_id": "mia:wait"}, "decision_id"),
        (SENT | {"decision_id": ":1"}, "decision_id"),
        (SENT | {"decision_id": " mia:1"}, "decision_id"),
        (SENT | {"decision_id": "x" * 201 + ":1"}, "decision_id"),
        (SENT | {"outcome": "lost"}, "outcome"),
        (SENT | {"at": "soon"}, "at"),
        (SENT | {"at": 1e300}, "at"),
        (SENT | {"detail": 7.5e3, "x": 1}, "detail"),
        (SENT | {"outcom": "sent"}, "outcom"),
        (SENT | {"outcome": "clicked", "click": {"visible_seconds": 2}}, "click.link"),
        (
            SENT | {"outcome": "clicked", "click": {"link": "1", "visible_seconds": -1}},
            "click.visible_seconds",
        ),
        (SENT | {"click": {"link": "1"}}, None),
        ([SENT, SENT | {"outcome": None}], "1.outcome"),
        ([], None),
        ([SENT] * 501, None),
        (7, None),
    ],
)
def test_a_wrong_outcome_names_its_field_and_nothing_is_written(
    asked: Asked, body: Any, field: str | None
) -> None:
    """Nothing of a list, either."""
    assert problem_of(asked.client.post("/engagements", json=body))[:2] == (422, field)
    assert asked.reports() == []


def test_a_body_must_be_json_and_say_so(asked: Asked) -> None:
    """A page of anybody can make a browser send a text or a form."""
    statuses = [
        problem_of(asked.client.post("/engagements", content=content, headers={"content-type": kind}))[0]
        for content, kind in (
            (b"{}", "text/plain"),
            (b"a=b", "application/x-www-form-urlencoded"),
            (b"{", "application/json"),
        )
    ]

    assert statuses == [415, 415, 400]


def test_without_kafka_an_outcome_is_503(asked: Asked) -> None:
    """Sending it again is harmless."""
    asked.writer.answers = False
    answer = asked.client.post("/engagements", json=SENT)

    assert (problem_of(answer)[0], answer.headers["retry-after"]) == (503, "2")
