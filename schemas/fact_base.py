"""The fields that all facts have, and the bounds of their time."""

from schemas.model import Model, Version

YEAR_3000 = 32_503_680_000_000  # a later time is not in epoch milliseconds; decisions would wait until then


class FactBase(Model):
    """The fields that all facts have."""

    id: str
    version: Version
    at: int


def check_time_of_fact(at: int) -> None:
    """Raise ValueError for an `at` that `people` refuses; a fact is checked before it is noted as emitted."""
    if not 0 <= at < YEAR_3000:
        raise ValueError(f"at: {at} is no time in epoch milliseconds")
