"""Reads documents from the records of their topics. Pure."""

from typing import TypeVar

from schemas.notes import Noted
from workers.product.reading.document import read
from workers.product.reading.forms import check_form, is_plain, parse_object

D = TypeVar("D", bound=Noted)


def read_record(model: type[D], data: bytes) -> D:
    """The document of a record's value; raises ValueError, naming the form, for what is none."""
    raw = parse_object(data)
    if not is_plain(model, raw):
        check_form(model, raw)
    return read(model, raw)
