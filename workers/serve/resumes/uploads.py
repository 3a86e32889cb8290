"""Reads the body that brings a résumé: a PDF, a text, or a JSON object around one of them. Pure.

    text     the résumé as text, or a PDF in base64 (also as a `data:` URL, as browsers read files)
    remove   true: take back the one that was given before
    token, person   as in the messages of tracking

A form has the same fields. Which of these it is, the body tells: its content type is often wrong.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from workers.product.reading.pdf import MAX_BYTES
from workers.product.reading.resumes import read_resume
from workers.product.reading.values import PartialRead, UnreadableError
from workers.serve.tracking.fields import BodyFields
from workers.serve.tracking.messages import (
    LONGEST_REFERENCE,
    LONGEST_TOKEN,
    form_values,
    is_form,
    json_values,
)
from workers.serve.tracking.refusal import RequestRefused, impossible

LONGEST_UPLOAD = MAX_BYTES // 3 * 4 + 8_192  # bytes: the largest PDF in base64, with the fields beside it
PDF = b"%PDF-"
PDF_TYPE, MULTIPART = "application/pdf", "multipart/"
FIELD = "text"


class Upload(NamedTuple):
    """What a body says: a résumé that is not read yet, a text or the bytes of a PDF; None to remove it."""

    content: str | bytes | None
    token: str | None = None
    person: str | None = None
    is_form: bool = False


class ReadResume(NamedTuple):
    """The text of a résumé, and what of it was left out and why (None: nothing)."""

    text: str
    note: str | None


def read_upload(body: bytes, content_type: str) -> Upload:
    """The upload of a body; raises RequestRefused, 400 for what is none and 422 for its fields."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == PDF_TYPE or body.lstrip().startswith(PDF):
        return Upload(body)
    if is_form(body, content_type):
        return upload_of(form_values(body))._replace(is_form=True)
    if body.lstrip().startswith(b"{"):
        return upload_of(json_values(body))
    if kind.startswith(MULTIPART):
        raise RequestRefused(400, "send the file itself as the body, without a form around it")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise RequestRefused(400, "the body is neither a PDF nor a text in UTF-8")
    return Upload(text)


def upload_of(values: Mapping[str, Any]) -> Upload:
    """The upload of an object or a form."""
    fields = BodyFields(values)
    content, removes = fields.value(FIELD, "resume"), fields.flag("remove")
    if content is None and not removes:
        raise impossible(FIELD, "is missing")
    if content is not None and removes:
        raise impossible("remove", "cannot be true beside a text")
    if content is not None and not isinstance(content, str):
        raise impossible(FIELD, "must be a text")
    return Upload(
        content,
        token=fields.opaque(LONGEST_TOKEN, "token"),
        person=None if fields.value("person") is None else fields.reference(LONGEST_REFERENCE, "person"),
    )


def resume_of(content: str | bytes) -> ReadResume:
    """The résumé of a text or a PDF; raises RequestRefused (422) that says what is wrong with it.

    A PDF takes up to a second or two of computing: call this in a thread.
    """
    try:
        read = read_resume(content)
    except UnreadableError as error:
        raise impossible(FIELD, str(error)) from None
    text, note = (read.value, read.reason) if isinstance(read, PartialRead) else (read, None)
    if not text:
        raise impossible(FIELD, "is empty")
    return ReadResume(text, note)
