"""The base of every payload (frozen, ignores unknown fields, JSON in and out) and its times."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidatorFunctionWrapHandler, WrapValidator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
FLOAT_EXACT_MS = 8_000_000_000_000  # below (the year 2223) a float of seconds is exact to the microsecond
EPOCH_MS_FROM = 100_000_000_000  # a number above this is milliseconds (1973 as ms, 5138 as s)


class Model(BaseModel):
    """A payload. `EXAMPLES` holds valid JSON-able examples; every consumer is tested with them."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)
    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = ()

    @classmethod
    def loads(cls, data: bytes) -> Self:
        """Read one payload from JSON bytes; raises pydantic's ValidationError naming the field."""
        return cls.model_validate_json(data)

    def dumps(self) -> bytes:
        """Write the payload as JSON bytes, the same bytes for equal payloads."""
        return self.model_dump_json(exclude_defaults=False).encode()


def moment(value: Any) -> Any:
    """Read a time: ISO date or datetime, epoch seconds or milliseconds, `{"$date": …}`; others pass through.

    A date is its midnight UTC, a time without a zone is UTC.
    """
    if isinstance(value, dict) and "$date" in value:
        value = value["$date"]
        value = int(value["$numberLong"]) if isinstance(value, dict) else value
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000 if abs(value) >= EPOCH_MS_FROM else value, UTC)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value or None if isinstance(value, str) else value


def utc(value: datetime) -> datetime:
    """The same time in UTC; a time without a zone is taken as UTC."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def to_epoch_ms(value: datetime) -> int:
    """Epoch milliseconds, rounded down; exact, where a float of seconds is not. Without a zone it is UTC."""
    return ((value if value.tzinfo else value.replace(tzinfo=UTC)) - EPOCH) // MILLISECOND


def epoch_ms_or_none(value: datetime | None) -> int | None:
    """Epoch milliseconds of a time, None of None."""
    return None if value is None else to_epoch_ms(value)


def from_epoch_ms(value: int) -> datetime:
    """The time, in UTC, of epoch milliseconds, exactly; ValueError outside the years 1 to 9999."""
    if -FLOAT_EXACT_MS < value < FLOAT_EXACT_MS:
        return datetime.fromtimestamp(value / 1000, UTC)  # twice as fast
    try:
        return EPOCH + timedelta(milliseconds=value)
    except OverflowError:
        raise ValueError(f"{value} ms is outside the years 1 to 9999") from None


def utc_moment(value: Any, validate: ValidatorFunctionWrapHandler) -> datetime:
    """The time of a value that `moment` reads, in UTC; `validate` is pydantic's own reading of a time."""
    if type(value) is datetime and value.tzinfo is UTC:  # nearly always, of a document that was read
        return value
    return utc(validate(moment(value)))


Moment = Annotated[datetime, WrapValidator(utc_moment)]
Version = tuple[int, int]  # (epoch of the snapshot, cluster time); a later one wins
RawDocument = dict[str, Any]  # a document as a database or a file holds it, before it is read
