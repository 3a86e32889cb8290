"""Reads job documents from their topic. Pure."""

from schemas.documents import Job
from workers.product.reading.records import read_record


def read_job(data: bytes) -> Job:
    """A job document; raises ValueError, naming the form, for what is none."""
    return read_record(Job, data)
