"""Reads résumés: texts, and PDF files as bytes or in base64."""

import base64
import binascii
import re
from typing import Any

from workers.product.reading.pdf import pdf_text
from workers.product.reading.values import PartialRead, UnreadableError, read_prose, single_value

MAX_RESUME = 8_000  # characters; what says most of a person comes first
PDF_IN_BASE64 = re.compile(r"\s*(?:data:application/pdf;base64,)?\s*(?=JVBERi0)", re.IGNORECASE)
STUB = base64.b64encode(b"%PDF-").decode()  # in place of a PDF that cannot be read: it is noted as one


def read_resume(value: Any) -> Any:
    """The text of a résumé, of which the first MAX_RESUME characters are read; None for an empty one."""
    value = single_value(value)
    if isinstance(value, str) and (head := PDF_IN_BASE64.match(value)):
        value = decoded(value[head.end() :])
    text = pdf_text(value, MAX_RESUME) if isinstance(value, bytes) else read_prose(value)
    if text is None or len(text) <= MAX_RESUME:
        return text
    reason = f"is longer than {MAX_RESUME:,} characters; the rest is left out"
    return PartialRead(text[:MAX_RESUME].rstrip(), reason)


def decoded(text: str) -> bytes:
    """The bytes of a text in base64; raises UnreadableError."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableError("is no PDF that can be read") from error


def text_of_file(data: bytes) -> str:
    """The text of a résumé's file, for whoever passes it on without the file; STUB if there is none.

    It may be longer than MAX_RESUME, so that who reads it next notes that.
    """
    try:
        return pdf_text(bytes(data), MAX_RESUME)
    except UnreadableError:
        return STUB
