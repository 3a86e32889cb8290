"""What somebody sees and what is written, when the link to unsubscribe is opened and used."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from schemas.mail import Engagement
from schemas.permissions import Suppression
from tests.unit.serve.tracking.site import WriterInMemory
from workers.product.unsubscribe_links import UnsubscribeToken, unsubscribe_token, unsubscribe_tokens
from workers.runtime.process.settings import load
from workers.serve.clicks.reports import ClickReports
from workers.serve.requests import address_limit
from workers.serve.unsubscribing.endpoints import Unsubscribing
from workers.serve.web import application

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Leaving:
    """The page, and what was written."""

    def __init__(self) -> None:
        self.settings = load({"KAIROS_ADDRESS_BURST": "20"})
        self.writer = WriterInMemory(self.settings)
        addresses, clicks = address_limit(self.settings), ClickReports(self.writer)
        routes = Unsubscribing(self.settings, self.writer, addresses, clicks).routes()
        services = (self.writer.keep_connected,)
        self.client = TestClient(application(self.settings, routes, services), follow_redirects=False)

    def path(self, language: Any = "en") -> str:
        """The path of mia's link."""
        token = UnsubscribeToken("mia", "mia:1", language)
        return "/unsubscribe/" + unsubscribe_token(unsubscribe_tokens(self.settings), token, 1)


@pytest.fixture
def leaving() -> Iterator[Leaving]:
    with (made := Leaving()).client:
        yield made


@pytest.mark.parametrize(("language", "button"), [("en", "Unsubscribe"), ("ja", "配信を停止する")])
def test_looking_unsubscribes_nobody(leaving: Leaving, language: str, button: str) -> None:
    """B21: scanners open every link; the page needs no script, and says what the button does."""
    for method in ("GET", "HEAD"):
        assert leaving.client.request(method, leaving.path(language)).status_code == 200
    shown = leaving.client.get(leaving.path(language)).text
    assert f'<html lang="{language}">' in shown
    assert f'<button type="submit">{button}</button>' in shown
    assert "<script" not in shown
    looked = [Engagement.loads(record.value or b"") for record in leaving.writer.records]
    assert [(each.outcome, each.click and each.click.method) for each in looked] == [
        ("clicked", "GET"),
        ("clicked", "HEAD"),
    ]
    assert {each.click and each.click.kind for each in looked} == {"unsubscribe"}


@pytest.mark.parametrize("data", [ONE_CLICK, {}, None])
def test_one_post_unsubscribes_at_once(leaving: Leaving, data: dict[str, str] | None) -> None:
    """Of a mail program or of the page: no redirect, no cookie; twice is once more, and harmless."""
    for _ in range(2):
        answer = leaving.client.post(leaving.path(), data=data)
        assert (answer.status_code, "You are unsubscribed" in answer.text) == (200, True)
        assert "set-cookie" not in answer.headers
    suppression, outcome = leaving.writer.records[:2]
    assert (suppression.topic, suppression.key) == ("suppressions", b"person:mia")
    assert Suppression.loads(suppression.value or b"").reason == "unsubscribed"
    assert (outcome.topic, outcome.key) == ("engagements", b"mia")
    told = Engagement.loads(outcome.value or b"")
    assert (told.decision_id, told.outcome) == ("mia:1", "unsubscribed")


def test_a_link_that_was_cut_unsubscribes_nobody(leaving: Leaving) -> None:
    """It says so in the browser's language, and what to do instead."""
    path = leaving.path()[:-3]
    for answer in (leaving.client.get(path), leaving.client.post(path)):
        assert (answer.status_code, "answer the mail" in answer.text) == (403, True)
    japanese = leaving.client.post(path, headers={"accept-language": "ja"})
    assert "ご返信ください" in japanese.text
    assert leaving.writer.records == []


def test_what_kafka_has_not_taken_is_asked_for_again(leaving: Leaving) -> None:
    """Never a promise that is not kept."""
    leaving.writer.answers = False
    answer = leaving.client.post(leaving.path("ja"))
    assert answer.status_code == 503
    assert "もう一度" in answer.text
    assert answer.headers["retry-after"]


def test_many_may_look_and_more_may_unsubscribe(leaving: Leaving) -> None:
    """The servers of a mail provider are behind one address."""
    looked = [leaving.client.get(leaving.path()).status_code for _ in range(40)]
    assert (looked[0], looked[-1]) == (200, 429)
    assert leaving.client.post(leaving.path()).status_code == 200
