"""What payloads, lists of webhooks and errors of Airtable say, in whatever form they come."""

from typing import Any

import pytest

from workers.capture.airtable.payloads import PayloadPage, read_page
from workers.capture.airtable.webhooks import LiveWebhook, specification, usable
from workers.product.airtable.refusals import AirtableRefusal, AnswerKind, answer_kind, kind_of, sentence

NOW, DAY = 1_707_523_200_000, 86_400_000  # 2024-02-10
CHANGES = {
    "createdRecordsById": {"recA": {"createdTime": "x", "cellValuesByFieldId": {}}},
    "changedRecordsById": {"recB": {}, "recA": {}},
    "destroyedRecordIds": ["recC", "recB"],
}


def payload(**more: Any) -> dict[str, Any]:
    """A payload with changes of one table."""
    return {"timestamp": "x", "changedTablesById": {"tbl1": CHANGES}} | more


def test_a_page_names_the_records_and_the_next_cursor() -> None:
    """Each record once, in the order in which they are named."""
    body = {"payloads": [payload(), payload()], "cursor": 7, "mightHaveMore": True}

    assert read_page(body, 5) == PayloadPage(("recA", "recB", "recC"), 7, True, False)
    assert read_page({"payloads": [], "cursor": 5, "mightHaveMore": True}, 5) == PayloadPage(
        (), 5, False, False
    )


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"payloads": None, "cursor": 9},
        {"payloads": [7], "cursor": 6},
        {"payloads": [payload(error=True, code="INVALID_HOOK")], "cursor": 6},
        {"payloads": [payload()], "cursor": 5},
        {"payloads": [payload()], "cursor": "6"},
    ],
)
def test_a_page_that_may_lack_something_is_broken(body: Any) -> None:
    """It never moves the cursor back, and never further than the payloads that came."""
    page = read_page(body, 5)

    assert page.broken
    assert page.cursor in (5, 6)


@pytest.mark.parametrize(
    "changes",
    [None, 7, {"createdRecordsById": None}, {"destroyedRecordIds": [7, None]}, {"changedRecordsById": 0}],
)
def test_changes_in_another_form_name_nothing(changes: Any) -> None:
    """They are no error either: a comparison reads everything."""
    body = {"payloads": [{"changedTablesById": {"tbl1": changes}}], "cursor": 6}

    assert read_page(body, 5).touched == ()


def row(**more: Any) -> dict[str, Any]:
    """A webhook of ours in a list."""
    return {
        "id": "ach1",
        "cursorForNextPayload": 4,
        "isHookEnabled": True,
        "notificationUrl": None,
        "expirationTime": "2024-02-20T00:00:00.000Z",
        "specification": specification("tbl1"),
    } | more


def test_a_webhook_like_ours_is_used() -> None:
    """With or without an end."""
    body = {"webhooks": [row(), row(id="ach2", expirationTime=None), 7]}

    first, second = usable(body, "tbl1", NOW)
    assert (first.id, first.cursor, second) == ("ach1", 4, LiveWebhook("ach2", 4))
    assert not first.is_due(NOW + 4 * DAY)
    assert first.is_due(NOW + 6 * DAY)
    assert not second.is_due(NOW + 9 * DAY)


@pytest.mark.parametrize(
    "other",
    [
        {"isHookEnabled": False},
        {"notificationUrl": "https://other.test"},
        {"specification": specification("tbl2")},
        {"specification": specification(None)},
        {"expirationTime": "2024-02-10T00:00:30.000Z"},
        {"expirationTime": "2024-01-01T00:00:00.000Z"},
        {"id": None},
        {"cursorForNextPayload": "4"},
    ],
)
def test_a_webhook_that_is_another_or_ends_soon_is_not(other: dict[str, Any]) -> None:
    """Nor what is no list."""
    assert usable({"webhooks": [row(**other)]}, "tbl1", NOW) == []
    assert usable({"webhooks": other}, "tbl1", NOW) == []
    assert usable(None, "tbl1", NOW) == []


@pytest.mark.parametrize(
    ("status", "body", "kind", "what"),
    [
        (200, b"{}", "", AnswerKind.ANSWERED),
        (
            429,
            b'{"errors":[{"error":"RATE_LIMIT_REACHED","message":"x"}]}',
            "RATE_LIMIT_REACHED",
            AnswerKind.TOO_MANY,
        ),
        (429, b"", "", AnswerKind.TOO_MANY),
        (
            429,
            b'{"errors":[{"error":"PUBLIC_API_BILLING_LIMIT_EXCEEDED"}]}',
            "PUBLIC_API_BILLING_LIMIT_EXCEEDED",
            AnswerKind.REFUSED,
        ),
        (502, b"<html>", "", AnswerKind.PASSING),
        (520, b"", "", AnswerKind.PASSING),
        (404, b'{"error":"NOT_FOUND"}', "NOT_FOUND", AnswerKind.REFUSED),
        (422, b'{"error":{"type":"UNKNOWN_FIELD_NAME"}}', "UNKNOWN_FIELD_NAME", AnswerKind.REFUSED),
        (400, b'{"errors":[7],"error":{"type":7}}', "", AnswerKind.REFUSED),
        (400, b"[" * 100_000, "", AnswerKind.REFUSED),
    ],
)
def test_an_answer_says_whether_it_passes(status: int, body: bytes, kind: str, what: AnswerKind) -> None:
    """By its status, and by Airtable's word in each form of its errors."""
    assert (kind_of(body), answer_kind(status, body)) == (kind, what)


@pytest.mark.parametrize(
    ("status", "kind", "line"),
    [
        (401, "AUTHENTICATION_REQUIRED", "does not accept AIRTABLE_TOKEN"),
        (403, "", "does not let the token read app1/M, or there is none"),
        (404, "NOT_FOUND", "check base and table in KAIROS_SOURCES"),
        (429, "PUBLIC_API_BILLING_LIMIT_EXCEEDED", "monthly limit of calls"),
        (422, "INVALID", "refuses to read app1/M: 422 INVALID"),
    ],
)
def test_a_refusal_says_what_to_do(status: int, kind: str, line: str) -> None:
    """In one line."""
    assert line in sentence(AirtableRefusal(status, kind), "app1", "M")
