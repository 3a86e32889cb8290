"""The types of columns that Kafka Connect and Debezium name, and what the digits tell without them."""

import base64
from typing import Any

import pytest

from schemas.documents import Job, Order, User
from workers.product.changes.columns import UNAVAILABLE, converted, converted_row, without_schema
from workers.product.plain_values import UNREADABLE

TIME, DATA, CONNECT = "io.debezium.time", "io.debezium.data", "org.apache.kafka.connect.data"
MS = 1_704_103_200_123  # 2024-01-01T10:00:00.123


def decimal(number: int, scale: int) -> tuple[str, dict[str, Any]]:
    """A decimal number as Kafka Connect writes it, and its schema."""
    data = number.to_bytes(8, "big", signed=True)
    return base64.b64encode(data).decode(), {
        "name": f"{CONNECT}.Decimal",
        "parameters": {"scale": str(scale)},
    }


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        (f"{TIME}.Date", 19_723, "2024-01-01"),
        (f"{TIME}.Date", -3_000, "1961-10-15"),
        (f"{CONNECT}.Date", 19_723, "2024-01-01"),
        (f"{TIME}.IsoDate", "2024-01-01Z", "2024-01-01"),
        (f"{TIME}.Timestamp", MS, "2024-01-01T10:00:00.123000"),
        (f"{CONNECT}.Timestamp", MS, "2024-01-01T10:00:00.123000"),
        (f"{TIME}.MicroTimestamp", MS * 1_000 + 7, "2024-01-01T10:00:00.123007"),
        (f"{TIME}.NanoTimestamp", MS * 1_000_000 + 7_999, "2024-01-01T10:00:00.123007"),
        (f"{TIME}.ZonedTimestamp", "2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z"),
        (f"{DATA}.Json", '{"a": [1]}', {"a": [1]}),
        (f"{DATA}.Json", {"a": 1}, {"a": 1}),
        (f"{DATA}.Uuid", "c0ffee00-0000-4000-8000-000000000000", "c0ffee00-0000-4000-8000-000000000000"),
        (f"{DATA}.VariableScaleDecimal", {"scale": 1, "value": "ew=="}, 12.3),
        (f"{TIME}.Date", None, None),
        (f"{DATA}.Json", UNAVAILABLE, UNAVAILABLE),
        (f"{TIME}.MicroTimestamp", 2**63 - 1, UNREADABLE),
        (f"{TIME}.Date", "yesterday", UNREADABLE),
        (f"{DATA}.Json", "{", UNREADABLE),
        (f"{DATA}.VariableScaleDecimal", "ew==", UNREADABLE),
        (f"{DATA}.VariableScaleDecimal", {"scale": -(10**9), "value": "ew=="}, UNREADABLE),
        (f"{DATA}.VariableScaleDecimal", {"scale": 0, "value": "ew==" * 100}, UNREADABLE),
        (f"{CONNECT}.Decimal", "ew==", UNREADABLE),
        (None, MS, MS),
    ],
)
def test_a_column_means_what_its_schema_names(name: str | None, value: Any, expected: Any) -> None:
    """What does not fit its type holds nothing."""
    assert converted(value, {"type": "x", "name": name}, in_utc=False) == expected


@pytest.mark.parametrize(
    ("number", "scale", "expected"), [(120050, 2, 1200.5), (120000, 2, 1200), (-5, 0, -5), (7, -3, 7_000)]
)
def test_a_decimal_is_read_with_its_scale(number: int, scale: int, expected: float) -> None:
    """Whole numbers are integers, as in documents of MongoDB."""
    value, schema = decimal(number, scale)

    assert converted(value, schema, in_utc=False) == expected
    assert type(converted(value, schema, in_utc=False)) is type(expected)


def test_times_of_mongodb_are_moments_in_utc() -> None:
    """A database of rows means its own clock on the wall."""
    assert converted(MS, {"name": f"{CONNECT}.Timestamp"}, in_utc=True) == "2024-01-01T10:00:00.123000Z"


def test_lists_and_structs_are_read_by_the_schemas_of_their_parts() -> None:
    days = {"type": "array", "items": {"type": "int32", "name": f"{TIME}.Date"}}
    inner = {"type": "struct", "fields": [{"field": "on", "type": "int32", "name": f"{TIME}.Date"}]}
    schema = {"fields": [days | {"field": "days"}, inner | {"field": "inner"}, "damaged"]}
    row = {"days": [0, None], "inner": {"on": 1, "x": 2}, "other": 3}

    assert converted_row(row, schema, False) == {
        "days": ["1970-01-01", None],
        "inner": {"on": "1970-01-02", "x": 2},
        "other": 3,
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (8_524, "1993-05-04"),
        (-3_000, "1961-10-15"),
        (MS, "2024-01-01T10:00:00.123000"),
        (MS * 1_000, "2024-01-01T10:00:00.123000"),
        (MS * 1_000_000, "2024-01-01T10:00:00.123000"),
        (1_704_103_200, 1_704_103_200),
        ("2024-01-01", "2024-01-01"),
        (True, True),
        (2**70, UNREADABLE),
    ],
)
def test_without_a_schema_a_time_is_read_by_its_size(value: Any, expected: Any) -> None:
    """Days, seconds, milli-, micro- and nanoseconds do not overlap."""
    assert without_schema(User, {"birth_date": value}, in_utc=False) == ({"birth_date": expected}, [])


def test_without_a_schema_a_decimal_in_base64_is_not_guessed() -> None:
    """`1234` may be one, and one thousand; with a decimal point it is a number."""
    for text in ("AdTy", "1234", "ew=="):
        assert without_schema(Order, {"amount": text, "user_id": "1234"}, False) == (
            {"user_id": "1234"},
            ["amount"],
        )
    for value in ("1200.50", "-12", 1234, 12.5, "12,50 €"):
        assert without_schema(Order, {"amount": value}, False) == ({"amount": value}, [])
    assert without_schema(Job, {"title": "1234"}, False) == ({"title": "1234"}, [])
