"""Reads job documents from their topic. Pure."""

from schemas.documents import Job
from workers.product.reading.document import read
from workers.product.reading.forms import check_form, is_plain, parse_object


def read_job(data: bytes) -> Job:
    """A job document; raises ValueError, naming the form, for what is none."""
    raw = parse_object(data)
    if not is_plain(Job, raw):
        check_form(Job, raw)
    return read(Job, raw)
