"""What the columns of a row mean: the types that Kafka Connect and Debezium name in a record's schema. Pure.

Without a schema (`schemas.enable=false`) only the digits tell, see `without_schema`.
"""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import from_json

from schemas.model import EPOCH
from workers.product.plain_values import UNREADABLE

CONNECT, DEBEZIUM = "org.apache.kafka.connect.data", "io.debezium"
# in place of a long value that an update did not touch (PostgreSQL); also in a list, and in base64
UNAVAILABLE = "__debezium_unavailable_value"
UNAVAILABLE_BYTES = base64.b64encode(UNAVAILABLE.encode()).decode()
MOST_DAYS = 100_000  # of a date since 1970; a larger number is none of days
# from so many on, a number of a time is in milliseconds, microseconds, nanoseconds; fewer are seconds
MILLISECONDS, MICROSECONDS, NANOSECONDS = 10**11, 10**14, 10**17
MOST_DECIMALS = 100  # also the most characters of base64
BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
MAYBE_BASE64 = (
    "may be a decimal number in base64: its schema (schemas.enable) or decimal.handling.mode=double tells"
)
Convert = Callable[[Any, Mapping[str, Any], bool], Any]


def converted(value: Any, schema: Mapping[str, Any], in_utc: bool) -> Any:
    """A value of a type that its schema names; what does not fit is UNREADABLE.

    `in_utc`: times without a zone are moments in UTC (MongoDB), not those of a clock on a wall.
    """
    if value is None or is_unavailable(value):
        return value
    try:
        if (convert := CONVERTED.get(str(schema.get("name")))) is not None:
            return convert(value, schema, in_utc)
        if schema.get("type") == "array" and isinstance(value, list):
            items = schema.get("items")
            return [converted(item, items, in_utc) for item in value] if isinstance(items, Mapping) else value
        if schema.get("type") == "struct" and isinstance(value, Mapping):
            return converted_row(value, schema, in_utc)
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
        return UNREADABLE
    return value


def is_unavailable(value: Any) -> bool:
    """Whether a value was not sent, because the change did not touch it."""
    return value in (UNAVAILABLE, UNAVAILABLE_BYTES) or value == [UNAVAILABLE]


def converted_row(row: Mapping[str, Any], schema: Any, in_utc: bool) -> dict[str, Any]:
    """The columns of a row, each as its schema says; `schema` is that of the struct, or of no use."""
    of_field = fields_of(schema)
    return {name: converted(value, of_field.get(name, {}), in_utc) for name, value in row.items()}


def fields_of(schema: Any) -> dict[str, Mapping[str, Any]]:
    """The schemas of the fields of a struct, by name; none for what is no schema of a struct."""
    fields = schema.get("fields") if isinstance(schema, Mapping) else None
    entries = fields if isinstance(fields, list) else []
    return {str(entry.get("field")): entry for entry in entries if isinstance(entry, Mapping)}


def without_schema(
    model: type[BaseModel], fields: dict[str, Any], in_utc: bool
) -> tuple[dict[str, Any], list[str]]:
    """Mapped fields of a row without a schema, and the names of those that may be decimals in base64.

    Numbers in fields of times are days, milliseconds, microseconds or nanoseconds, as their size says.
    """
    read, doubtful = {}, []
    for name, value in fields.items():
        kinds = _kinds(model.model_fields[name].annotation)
        if kinds & {date, datetime}:
            value = _time_of_size(value, in_utc)
        if kinds & {int, float} and isinstance(value, str) and value and BASE64.fullmatch(value):
            doubtful.append(name)
            continue
        read[name] = value
    return read, doubtful


def _kinds(annotation: Any) -> set[Any]:
    """The types in an annotation."""
    parts = get_args(annotation)
    return {annotation} if not parts else set().union(*(_kinds(part) for part in parts))


def _time_of_size(value: Any, in_utc: bool) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    size = abs(value)
    try:
        if size < MOST_DAYS:
            return value if in_utc else _date(value, {}, in_utc)
        for first, unit in ((NANOSECONDS, 1_000), (MICROSECONDS, 1), (MILLISECONDS, 0)):
            if size >= first:
                return _time(value // unit if unit else value * 1_000, in_utc)
    except (ValueError, ArithmeticError):
        return UNREADABLE
    return value


def _time(microseconds: int, in_utc: bool) -> str:
    text = (EPOCH + timedelta(microseconds=microseconds)).astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{text}Z" if in_utc else text


def _date(value: Any, schema: Mapping[str, Any], in_utc: bool) -> str:
    return (EPOCH + timedelta(days=value)).date().isoformat()


def _of_unit(per_microsecond: int = 1, microseconds: int = 1) -> Convert:
    return lambda value, schema, in_utc: _time(value * microseconds // per_microsecond, in_utc)


def _decimal(value: Any, schema: Mapping[str, Any], in_utc: bool) -> int | float:
    return _scaled(value, int(schema["parameters"]["scale"]))


def _variable_decimal(value: Any, schema: Mapping[str, Any], in_utc: bool) -> int | float:
    return _scaled(value["value"], int(value["scale"]))


def _scaled(value: Any, scale: int) -> int | float:
    """The number in base64 (big-endian, two's complement), with so many decimals."""
    if not isinstance(value, str):
        raise TypeError("no text")
    if abs(scale) > MOST_DECIMALS or len(value) > MOST_DECIMALS:
        raise ValueError("no amount or age has so many digits")
    digits = int.from_bytes(base64.b64decode(value, validate=True), "big", signed=True)
    number = Decimal(digits).scaleb(-scale)
    return int(number) if number == number.to_integral_value() else float(number)


def _json(value: Any, schema: Mapping[str, Any], in_utc: bool) -> Any:
    return from_json(value) if isinstance(value, str) else value


def _iso_date(value: Any, schema: Mapping[str, Any], in_utc: bool) -> Any:
    return value.removesuffix("Z")


CONVERTED: Mapping[str, Convert] = {
    f"{CONNECT}.Date": _date,
    f"{CONNECT}.Timestamp": _of_unit(microseconds=1_000),
    f"{CONNECT}.Decimal": _decimal,
    f"{DEBEZIUM}.time.Date": _date,
    f"{DEBEZIUM}.time.IsoDate": _iso_date,
    f"{DEBEZIUM}.time.Timestamp": _of_unit(microseconds=1_000),
    f"{DEBEZIUM}.time.MicroTimestamp": _of_unit(),
    f"{DEBEZIUM}.time.NanoTimestamp": _of_unit(per_microsecond=1_000),
    f"{DEBEZIUM}.data.VariableScaleDecimal": _variable_decimal,
    f"{DEBEZIUM}.data.Json": _json,
}
