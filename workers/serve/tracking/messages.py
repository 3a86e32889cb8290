"""Reads the body of a tracking request: a JSON object under any content type, or a form. Pure.

    view         id (of the visit), seq, job_id, seconds (visible, in total), source, query
    preference   id (of the press), seq, job_id, kind (saved, rejected, ignored, applied), undo
    search       id, seq, query, place

All may have `age_ms`, the milliseconds since it happened, `request_id` and `position` (the list in which the
job was shown), `bot` (the browser is automated), and `token` or `person`. The names of the document that
asked for this are understood too.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, get_args
from urllib.parse import parse_qsl

import msgspec

from schemas.interactions import ViewSource
from workers.serve.tracking.fields import BodyFields
from workers.serve.tracking.refusal import RequestRefused, impossible

FORM = "application/x-www-form-urlencoded"
FORM_FIELDS = 50
LONGEST_REFERENCE = 200  # characters of a person's, a job's or a list's id
LONGEST_WORDS = 80  # characters of a search's words or place
LONGEST_TOKEN = 1_000
LONGEST_VISIT_SECONDS = 1_800
LARGEST_AGE_MS = 1e15
LARGEST_NUMBER = 1_000_000_000
SOURCES: tuple[str, ...] = get_args(ViewSource)
KINDS = {
    "saved": "saved",
    "save": "saved",
    "rejected": "rejected",
    "reject": "rejected",
    "ignored": "ignored",
    "ignore": "ignored",
    "applied": "applied",
    "apply": "applied",
}


class TrackedMessage(NamedTuple):
    """What a request says; whose it is, its `token` says, or `person` where a bare id is allowed.

    Of two messages with one `id` the higher `seq` is the newer. `content` are the fields of an interaction
    but for the person and the time; `is_form` tells a body that any page can make a browser send.
    """

    id: str
    seq: int
    age_ms: float
    token: str | None
    person: str | None
    content: Mapping[str, Any]
    is_form: bool


ContentReader = Callable[[BodyFields], dict[str, Any]]


def view(fields: BodyFields) -> dict[str, Any]:
    """The content of a visit to a job's page."""
    source = fields.value("source")
    return {
        "kind": "viewed",
        "job_id": fields.reference(LONGEST_REFERENCE, "job_id", "job"),
        "seconds": fields.needed_number(0, LONGEST_VISIT_SECONDS, "seconds", "time_spent_seconds"),
        "source": source if isinstance(source, str) and source in SOURCES else "other",
        "query": fields.text(LONGEST_WORDS, "query"),
    }


def preference(fields: BodyFields) -> dict[str, Any]:
    """The content of a press of a button, which may take back an earlier one."""
    word = fields.value("kind", "preference_type", "preference")
    if word is None:
        raise impossible("kind", "is missing")
    kind = KINDS.get(word) if isinstance(word, str) else None
    if kind is None:
        raise impossible("kind", "must be saved, rejected, ignored or applied")
    job_id = fields.reference(LONGEST_REFERENCE, "job_id", "job")
    return {"kind": kind, "job_id": job_id, "undo": fields.flag("undo")}


def search(fields: BodyFields) -> dict[str, Any]:
    """The content of a search on the site."""
    query, place = fields.text(LONGEST_WORDS, "query", "q"), fields.text(LONGEST_WORDS, "place", "location")
    if query is None and place is None:
        raise impossible("query", "is missing, and so is place")
    return {"kind": "searched", "query": query, "place": place}


def is_form(body: bytes, content_type: str) -> bool:
    """Whether a body is a form; an object is none even if it is called one, as curl and urllib do."""
    return content_type.partition(";")[0].strip().lower() == FORM and not body.lstrip().startswith(b"{")


def read_message(body: bytes, content_type: str, read_content: ContentReader) -> TrackedMessage:
    """The message of a body; raises RequestRefused, 400 for what is no object and 422 for its fields."""
    by_form = is_form(body, content_type)
    fields = BodyFields(form_values(body) if by_form else json_values(body))
    person = None if fields.value("person") is None else fields.reference(LONGEST_REFERENCE, "person")
    return TrackedMessage(
        id=fields.message_id("id", "visit"),
        seq=fields.whole_number(LARGEST_NUMBER, "seq") or 0,
        age_ms=fields.number(0, LARGEST_AGE_MS, "age_ms", "age") or 0.0,
        token=fields.opaque(LONGEST_TOKEN, "token"),
        person=person,
        content=read_content(fields) | shown_in(fields) | {"bot": fields.flag("bot")},
        is_form=by_form,
    )


def shown_in(fields: BodyFields) -> dict[str, Any]:
    """The list in which the job was shown, and its place there."""
    request_id = fields.text(LONGEST_REFERENCE, "request_id")
    return {"request_id": request_id, "position": fields.whole_number(LARGEST_NUMBER, "position")}


def json_values(body: bytes) -> Mapping[str, Any]:
    """The object of a JSON body; raises RequestRefused (400)."""
    try:
        values = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        raise RequestRefused(400, "the body is no JSON") from None
    if not isinstance(values, dict):
        raise RequestRefused(400, "the body is no JSON object")
    return values


def form_values(body: bytes) -> Mapping[str, Any]:
    """The fields of a form, the last of each name; raises RequestRefused (400)."""
    try:
        return dict(parse_qsl(body.decode(), errors="strict", max_num_fields=FORM_FIELDS))
    except ValueError:
        raise RequestRefused(400, "the body is no form in UTF-8") from None
