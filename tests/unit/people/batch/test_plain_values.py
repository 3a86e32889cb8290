"""Values of pandas, numpy and BSON in documents of the batch functions."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from bson import Binary, DatetimeMS, DBRef, Decimal128, Int64, MaxKey, ObjectId, Regex, Timestamp

from tests.unit.people.batch.test_enrich import enrich, event
from workers.people import calculate_enriched_profile, enrich_user_profiles
from workers.people.batch.plain_values import plain

OBJECT_ID = ObjectId("65a000000000000000000001")


class NaTType(datetime):
    """A value like pandas' NaT: a datetime that differs from itself and cannot be shifted."""

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = datetime.__hash__

    def utcoffset(self) -> Any:
        raise TypeError("NaT")


class NAType:
    """A value like pandas' NA: no comparison of it is true or false."""

    def __ne__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    def __repr__(self) -> str:
        return "<NA>"


class PandasTimestamp(datetime):
    """A value like pandas' Timestamp, with nanoseconds in its text."""

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        text = super().isoformat(sep, "microseconds")
        return f"{text[:26]}789{text[26:]}"


class Frame:
    """A table like a DataFrame: iterating over it yields the names of its columns."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows[0])

    def to_dict(self, orient: str = "dict") -> Any:
        """The rows, when asked for them."""
        return self._rows if orient == "records" else {}


NAT = NaTType(1, 1, 1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), None),
        (NAT, None),
        (NAType(), None),
        (np.float64("nan"), None),
        (np.datetime64("NaT"), None),
        (Decimal("NaN"), None),
        (MaxKey(), None),
        (np.int64(7), 7),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("tea"), "tea"),
        (np.array(["tea", "art"]), ["tea", "art"]),
        (np.array(["tea", None], dtype=object), ["tea", None]),
        (np.datetime64("2024-01-05T10:00:00.123456789"), "2024-01-05T10:00:00.123456789"),
        (PandasTimestamp(2024, 1, 5, tzinfo=UTC), datetime(2024, 1, 5, tzinfo=UTC)),
        (date(2024, 1, 5), date(2024, 1, 5)),
        (OBJECT_ID, str(OBJECT_ID)),
        (DBRef("users", OBJECT_ID), str(OBJECT_ID)),
        (Int64(7), 7),
        (Decimal128("7.5"), "7.5"),
        (Timestamp(1_704_448_800, 1), datetime(2024, 1, 5, 10, tzinfo=UTC)),
        (DatetimeMS(-5_000), {"$date": -5_000}),
        (Binary.from_uuid(UUID(int=7)), str(UUID(int=7))),
        (Binary(UUID(int=7).bytes, 3), str(UUID(int=7))),
        (Binary(b"ab", 4), "YWI="),
        (UUID(int=7), str(UUID(int=7))),
        (b"ab", "YWI="),
        (Regex("a.b"), "a.b"),
        ({"a": float("nan"), "b": (np.int64(1), None)}, {"a": None, "b": [1, None]}),
    ],
    ids=repr,
)
def test_a_value_means_the_same_as_a_plain_one(value: Any, expected: Any) -> None:
    """Nothing is null, numbers are numbers, ids are texts."""
    result = plain(value)

    assert result == expected
    assert type(result) is type(expected)


def test_plain_values_stay_the_same_objects() -> None:
    """They are not copied."""
    document = {"a": [1, "x", {"b": 2.5}], "c": None}
    assert plain(document) is document


def test_documents_of_pandas_are_read() -> None:
    """Missing values are none, ids of numpy are ids, and a table is a list of its rows."""
    users = [
        {
            "id": np.int64(1),
            "email": "a@x.jp",
            "age": np.float64(30),
            "name": float("nan"),
            "birth_date": NAT,
        },
        {"id": np.int64(2), "email": NAType(), "interests": np.array(["tea", "art"]), "own": np.int64(3)},
    ]
    orders = [
        {"id": 1, "user_id": np.float64(1), "amount": np.float32(7.5), "date": PandasTimestamp(2024, 1, 5)}
    ]
    messages = [{"id": np.int32(1), "user_id": 1, "status": "sent", "sent_date": np.datetime64("2024-02-09")}]

    for given in (users, Frame(users)):
        first, second = enrich_user_profiles(given, Frame(orders), [], messages, as_of="2024-02-10")  # type: ignore[arg-type]
        assert (first["id"], first["age"], first["name"], first["birth_date"]) == ("1", 30, None, None)
        assert (first["order_amount_total"], first["last_order_date"]) == (7.5, "2024-01-05")
        assert first["can_send_new_message"] is False
        assert (second["id"], second["email"], second["interests"]) == ("2", None, ["tea", "art"])
        assert first["data_quality"]["malformed"] == second["data_quality"]["malformed"] == []
        assert json.loads(json.dumps([first, second]))[1]["own"] == 3


def test_missing_values_inside_lists_are_none() -> None:
    """A participant without an address is no reason to leave out the others."""
    listed = ("a@x.jp", float("nan"), {"email": "bob.lee@x.jp", "name": NAType()})
    profile = enrich([{"id": 1, "email": "a@x.jp"}], events=[event("e1", *listed), event("e2", *listed)])["1"]

    assert (profile["number_of_events_attended"], profile["friends"]) == (2, ["Bob Lee"])
    assert profile["data_quality"]["malformed"] == []


def test_documents_of_a_database_are_read_and_given_back_as_json() -> None:
    """Every type of the driver."""
    user: Mapping[str, Any] = {
        "_id": OBJECT_ID,
        "email": "a@x.jp",
        "age": Int64(30),
        "ref": DBRef("x", OBJECT_ID),
    }
    orders = [{"_id": 1, "user_id": DBRef("users", OBJECT_ID), "amount": Decimal128("7.5")}]

    profile = enrich([user], orders)[str(OBJECT_ID)]
    assert (profile["age"], profile["total_orders"], profile["order_amount_total"]) == (30, 1, 7.5)
    assert json.loads(json.dumps(profile))["_id"] == str(OBJECT_ID)
    same = calculate_enriched_profile(user, orders, [], [], as_of="2024-02-10")
    assert json.loads(json.dumps(same["age"])) == 30
