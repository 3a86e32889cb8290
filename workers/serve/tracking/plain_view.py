"""Reads a view as the script in the page writes it, at a fifth of the CPU that `messages` takes. Pure."""

from typing import Annotated

import msgspec
from msgspec import Meta

from workers.product.reading.values import READ_ERRORS, read_id, read_text
from workers.serve.tracking.fields import ID
from workers.serve.tracking.messages import (
    LARGEST_AGE_MS,
    LARGEST_NUMBER,
    LONGEST_REFERENCE,
    LONGEST_TOKEN,
    LONGEST_VISIT_SECONDS,
    SOURCES,
    TrackedMessage,
    read_message,
    view,
)

Text = Annotated[str, Meta(min_length=1)]  # an empty one counts as missing
Age = Annotated[float, Meta(ge=0, le=LARGEST_AGE_MS)]


class PlainView(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A view in which every field is of its own type, in its range, and under one of two names."""

    id: Annotated[str, Meta(pattern=rf"\A{ID.pattern}\Z")]
    seconds: Annotated[float, Meta(ge=0, le=LONGEST_VISIT_SECONDS)]
    job_id: Text | None = None
    job: Text | None = None
    seq: Annotated[int, Meta(ge=0, le=LARGEST_NUMBER)] = 0
    age_ms: Age | None = None
    age: Age | None = None
    token: Annotated[str, Meta(min_length=1, max_length=LONGEST_TOKEN)] | None = None
    person: Text | None = None
    source: Text | None = None
    request_id: Text | None = None
    position: Annotated[int, Meta(ge=0, le=LARGEST_NUMBER)] | None = None
    bot: bool = False


_DECODER = msgspec.json.Decoder(PlainView)


def read_view(body: bytes, content_type: str) -> TrackedMessage:
    """The message of a view's body; raises RequestRefused as `read_message` does, which has the last word."""
    return plain_view(body) or read_message(body, content_type, view)


def plain_view(body: bytes) -> TrackedMessage | None:
    """The message of a view in plain JSON; None for a body that must be looked at more closely."""
    try:
        found = _DECODER.decode(body)
        job_id, person, request_id = read_id(found.job_id or found.job), None, None
        if found.person is not None:
            person = known(read_id(found.person))
        if found.request_id is not None:
            request_id = known(read_text(found.request_id))
        job_id = known(job_id)
    except READ_ERRORS:
        return None
    content = {
        "kind": "viewed",
        "job_id": job_id,
        "seconds": found.seconds or 0.0,
        "source": found.source if found.source in SOURCES else "other",
        "query": None,
        "request_id": request_id,
        "position": found.position,
        "bot": found.bot,
    }
    age_ms = (found.age if found.age_ms is None else found.age_ms) or 0.0
    return TrackedMessage(found.id, found.seq, age_ms, found.token, person, content, is_form=False)


def known(text: str | None) -> str:
    """A text that has a meaning and is not too long; raises ValueError for another one."""
    if text is None or len(text) > LONGEST_REFERENCE:
        raise ValueError
    return text
