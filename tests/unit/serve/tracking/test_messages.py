"""What a body says: JSON under any content type, or a form."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from workers.serve.tracking.messages import (
    FORM,
    ContentReader,
    TrackedMessage,
    preference,
    read_message,
    search,
    view,
)
from workers.serve.tracking.refusal import RequestRefused

VIEW = {"id": "visit-1", "seq": 2, "job_id": "job_001", "seconds": 12.5, "source": "feed", "token": "k.t"}
PRESS = {"id": "press-1", "job_id": "job_001", "kind": "saved"}
WORDS = {"id": "search-1", "query": "nurse", "place": "大阪"}


def message(
    read: ContentReader, values: Any, content_type: str = "text/plain;charset=UTF-8"
) -> TrackedMessage:
    """The message of a JSON body."""
    return read_message(json.dumps(values).encode(), content_type, read)


def refusal(read: ContentReader, body: bytes, content_type: str = "text/plain") -> RequestRefused:
    """Why a body is refused."""
    with pytest.raises(RequestRefused) as refused:
        read_message(body, content_type, read)
    return refused.value


@pytest.mark.parametrize(
    "content_type", ["text/plain;charset=UTF-8", "application/json", "", "image/png", FORM]
)
def test_json_is_read_under_any_content_type(content_type: str) -> None:
    """T4, T8: a beacon's string comes as text/plain."""
    found = message(view, VIEW, content_type)

    assert (found.id, found.seq, found.token, found.is_form) == ("visit-1", 2, "k.t", False)
    content = found.content
    assert (content["kind"], content["job_id"], content["seconds"]) == ("viewed", "job_001", 12.5)
    assert content["source"] == "feed"


def test_a_form_says_the_same_as_json() -> None:
    """All its values are texts."""
    form = {**VIEW, "position": "3", "age_ms": "250"}
    found = read_message(urlencode(form).encode(), FORM + "; charset=utf-8", view)

    assert found == message(view, VIEW | {"position": 3, "age_ms": 250})._replace(is_form=True)


def test_the_names_of_the_document_are_understood() -> None:
    """T1, T5: `time_spent_seconds`, `preference_type`, and the verbs."""
    seen = message(view, {"visit": "v", "job": 7, "time_spent_seconds": 30})
    assert (seen.content["job_id"], seen.content["seconds"]) == ("7", 30)

    words = ("save", "saved", "reject", "rejected", "ignore", "ignored", "apply", "applied")
    kinds = [message(preference, {**PRESS, "kind": None, "preference_type": word}) for word in words]
    assert [found.content["kind"] for found in kinds] == [
        kind for kind in ("saved", "rejected", "ignored", "applied") for _ in range(2)
    ]


@pytest.mark.parametrize("undo", [True, "true", 1])
def test_a_press_can_be_taken_back(undo: Any) -> None:
    """E10: with `undo`."""
    assert message(preference, PRESS | {"undo": undo}).content["undo"]
    assert not message(preference, PRESS).content["undo"]


def test_what_is_empty_is_missing() -> None:
    """As a form's fields are, and attributes of a page that have no value."""
    empty = dict.fromkeys(("token", "person", "position", "request_id", "query", "age_ms", "source"), "")

    assert message(view, VIEW | empty) == message(view, VIEW | {"token": None, "source": None})


def test_a_search_has_words_or_a_place() -> None:
    """Either is enough, none is refused."""
    both = message(search, WORDS).content
    assert (both["kind"], both["query"], both["place"]) == ("searched", "nurse", "大阪")
    assert message(search, WORDS | {"query": None}).content["query"] is None
    assert refusal(search, b'{"id": "s"}').field == "query"


def test_an_unknown_source_is_other() -> None:
    """T2."""
    for source in ("billboard", "x" * 100, 7, None, ["feed"]):
        assert message(view, VIEW | {"source": source}).content["source"] == "other"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"7", b"null", b"\xff", b"[" * 8_000, b'{"a": NaN}']
)
def test_what_is_no_object_is_400(body: bytes) -> None:
    """Also what is nested deeper than anybody reads."""
    assert refusal(view, body).status == 400


@pytest.mark.parametrize("body", [b"\xff=1", b"a=%ff", b"&".join(b"a%d=1" % n for n in range(99))])
def test_a_broken_form_is_400(body: bytes) -> None:
    """Not in UTF-8, or of too many fields."""
    assert refusal(view, body, FORM).status == 400


@pytest.mark.parametrize(
    ("read", "values", "field"),
    [
        (view, {"id": None}, "id"),
        (view, {"id": ""}, "id"),
        (view, {"id": 7}, "id"),
        (view, {"id": "x" * 101}, "id"),
        (view, {"id": "a b"}, "id"),
        (view, {"seq": -1}, "seq"),
        (view, {"seq": 1.5}, "seq"),
        (view, {"seq": 10**30}, "seq"),
        (view, {"age_ms": -1}, "age_ms"),
        (view, {"age_ms": "soon"}, "age_ms"),
        (view, {"job_id": None}, "job_id"),
        (view, {"job_id": "x" * 201}, "job_id"),
        (view, {"job_id": {"a": 1}}, "job_id"),
        (view, {"job_id": True}, "job_id"),
        (view, {"job_id": "\0x"}, "job_id"),
        (view, {"seconds": None}, "seconds"),
        (view, {"seconds": -0.1}, "seconds"),
        (view, {"seconds": 1_800.1}, "seconds"),
        (view, {"seconds": "1e999"}, "seconds"),
        (view, {"seconds": "nan"}, "seconds"),
        (view, {"seconds": True}, "seconds"),
        (view, {"position": -1}, "position"),
        (view, {"request_id": "x" * 201}, "request_id"),
        (view, {"query": "x" * 81}, "query"),
        (view, {"query": ["x"]}, "query"),
        (view, {"token": 7}, "token"),
        (view, {"token": "x" * 1_001}, "token"),
        (view, {"person": "x" * 201}, "person"),
        (preference, {"kind": None}, "kind"),
        (preference, {"kind": "viewed"}, "kind"),
        (preference, {"kind": "adored"}, "kind"),
        (preference, {"kind": ["saved"]}, "kind"),
        (preference, {"undo": "perhaps"}, "undo"),
    ],
)
def test_an_impossible_value_is_422_and_names_the_field(
    read: ContentReader, values: dict[str, Any], field: str
) -> None:
    """And what was sent is not in the text."""
    base = VIEW if read is view else PRESS
    refused = refusal(read, json.dumps(base | values).encode())

    assert (refused.status, refused.field) == (422, field)
    assert str(refused).startswith(f"{field}: ")
    assert "xx" not in str(refused)
    assert "adored" not in str(refused)
