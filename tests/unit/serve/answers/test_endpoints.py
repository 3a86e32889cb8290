"""What somebody sees and what is written, when a link is opened and answered."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.questions import QUESTIONS, AskedField
from tests.unit.serve.answers.asking import NOW, Asking


@pytest.fixture
def asking() -> Iterator[Asking]:
    with (made := Asking()).client:
        yield made


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("field", QUESTIONS)
def test_every_question_has_a_page_without_a_script(asking: Asking, field: AskedField, language: Any) -> None:
    """In the language of the mail, with one label for each input."""
    answer = asking.client.get(asking.path(field, language))

    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert QUESTIONS[field][language] in answer.text
    assert "<script" not in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "width=device-width" in answer.text
    kind = {"age": "number", "table_type_preference": "radio"}.get(field, "text")
    assert set(
        re.findall(r'<input[^>]* type="(\w+)"', answer.text.replace("<input type", "<input  type"))
    ) == {kind}
    assert asking.answers() == []


@pytest.mark.parametrize(
    ("field", "said", "value"),
    [
        ("interests", "hiking, wine", ["hiking", "wine"]),
        ("cuisine_preference", "和食、イタリアン", ["和食", "イタリアン"]),
        ("dietary_restrictions", "no", []),
        ("age", "34", 34),
        ("table_type_preference", "private", "private"),
        ("occupation", " <b>Nurse</b> ", "<b>Nurse</b>"),
    ],
)
def test_an_answer_is_written_and_thanked_for(
    asking: Asking, field: AskedField, said: str, value: Any
) -> None:
    """After Kafka has it, the browser is sent to the thanks, which can be loaded again."""
    path = asking.path(field)
    sent = asking.send(path, said)
    thanks = asking.client.get(path + sent.headers["location"])

    assert sent.status_code == 303
    assert (thanks.status_code, "Thank you!" in thanks.text) == (200, True)
    (answer,) = asking.answers()
    assert (answer.person, answer.decision_id, answer.field, answer.value) == ("mia", "mia:1", field, value)
    assert answer.at.timestamp() * 1000 + 1 >= NOW
    (record,) = asking.writer.records
    assert (record.topic, record.key) == ("answers", b"mia")


def test_a_link_answers_once(asking: Asking) -> None:
    """A second answer changes nothing and is told so; another question has a link of its own."""
    path = asking.path("age")
    statuses = [asking.send(path, "34").status_code, asking.send(path, "35").status_code]
    shown = asking.client.get(path)

    assert statuses == [303, 409]
    assert (shown.status_code, "You have answered already" in shown.text) == (200, True)
    assert [answer.value for answer in asking.answers()] == [34]
    assert asking.send(asking.path("age", decision="mia:2"), "35").status_code == 303


@pytest.mark.parametrize(
    ("field", "said"), [("age", "old"), ("age", ""), ("interests", " , "), ("age", "-1")]
)
def test_what_cannot_be_read_is_asked_for_again(asking: Asking, field: AskedField, said: str) -> None:
    """With what was written, and the link still answers."""
    path = asking.path(field)
    answer = asking.send(path, said)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert asking.answers() == []
    assert asking.send(path, "34").status_code == 303


def test_what_was_written_is_shown_as_text_only(asking: Asking) -> None:
    """Somebody else may have made the form."""
    answer = asking.send(asking.path("age"), '"><script>alert(1)</script>')

    assert "<script" not in answer.text
    assert "&quot;&gt;&lt;script&gt;" in answer.text


def test_too_long_an_answer_is_said_to_be(asking: Asking) -> None:
    """Of one text, of a list, of the whole body."""
    texts = [
        asking.send(asking.path("occupation"), "x" * 201),
        asking.send(asking.path("interests"), "a," * 9 + "x" * 81),
    ]

    assert [(text.status_code, "a little shorter" in text.text) for text in texts] == [(422, True)] * 2
    assert asking.send(asking.path("occupation"), "x" * 9_000).status_code == 413


@pytest.mark.parametrize(("language", "word"), [("en", "no longer valid"), ("ja-JP,ja", "有効期限")])
def test_an_expired_link_says_so_kindly(asking: Asking, language: str, word: str) -> None:
    """To look at and to answer, in the browser's language."""
    path, headers = asking.path("age", until=NOW), {"accept-language": language}
    answers = [
        asking.client.get(path, headers=headers),
        asking.client.post(path, data={"answer": "34"}, headers=headers),
    ]

    assert [(answer.status_code, word in answer.text) for answer in answers] == [(410, True)] * 2
    assert asking.answers() == []


def test_a_forged_link_changes_nothing(asking: Asking) -> None:
    """Cut, altered, of another secret, of another purpose, none at all."""
    path = asking.path("age")
    other = Asking(KAIROS_TOKEN_SECRETS="development:another secret").path("age")
    forged = [
        path[:-3],
        path[:40] + ("x" if path[40] != "x" else "y") + path[41:],
        other,
        "/answer/development.x",
        "/answer/x",
    ]
    answers = [asking.send(each, "34") for each in forged] + [asking.client.get(each) for each in forged]

    assert {answer.status_code for answer in answers} == {403}
    assert all("This link does not work" in answer.text for answer in answers)
    assert asking.answers() == []


def test_a_key_that_was_replaced_is_an_expired_link() -> None:
    """And one that is kept behind the new one still answers."""
    old = Asking(KAIROS_TOKEN_SECRETS="k1:" + "o" * 32).path("age")
    for secrets, status in (("k2:new,k1:" + "o" * 32, 303), ("k2:new", 410)):
        with (asking := Asking(KAIROS_TOKEN_SECRETS=secrets)).client:
            assert asking.send(old, "34").status_code == status


@pytest.mark.parametrize("lost", ["Kafka", "Redis"])
def test_while_it_cannot_be_saved_it_may_be_sent_again(asking: Asking, lost: str) -> None:
    """Nothing is thanked for that may be lost."""
    path = asking.path("age")
    asking.writer.answers, asking.memory.is_lost = lost != "Kafka", lost == "Redis"
    shown, sent = asking.client.get(path), asking.send(path, "34")

    assert (shown.status_code, sent.status_code, sent.headers["retry-after"]) == (200, 503, "2")
    assert asking.answers() == []
    asking.writer.answers, asking.memory.is_lost = True, False
    assert asking.send(path, "34").status_code == 303


def test_it_is_bounded_as_beacons_are() -> None:
    """One address, and one person; refused ones count too."""
    with (asking := Asking(KAIROS_ADDRESS_BURST="3", KAIROS_ADDRESS_PER_MINUTE="1")).client:
        statuses = [asking.client.get("/answer/x").status_code for _ in range(4)]
        last = asking.client.get("/answer/x")
    with (asking := Asking(KAIROS_PERSON_BURST="2", KAIROS_PERSON_PER_MINUTE="1")).client:
        persons = [asking.client.get(asking.path("age")).status_code for _ in range(3)]

    assert (statuses, persons) == ([403, 403, 403, 429], [200, 200, 429])
    assert int(last.headers["retry-after"]) > 0
    assert "Please try again" in last.text


def test_nobody_learns_the_address(asking: Asking) -> None:
    """It is not kept, not sent on, not put into a frame; it is no JSON either."""
    answer = asking.client.get(asking.path("age"))

    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    with pytest.raises(json.JSONDecodeError):
        answer.json()
