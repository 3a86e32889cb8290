"""Which change of a database is the newer one."""

from typing import Any

import pytest

from workers.product.changes.position import LogPosition, begins_anew, is_before, position_of

MONGODB = {"connector": "mongodb", "name": "shop", "ts_ms": 1_558_965_508_250, "ord": 31}
POSTGRESQL = {"connector": "postgresql", "name": "shop", "ts_ms": 1_558_965_508_000, "lsn": 24_023_128}
MYSQL = {"connector": "mysql", "name": "shop", "ts_ms": 1_558_965_508_000, "file": "bin.000003", "pos": 484}


def at(
    number: tuple[int, int], time: int | None = 5, *, snapshot: bool = False, of: str = "mysql/a"
) -> LogPosition:
    """A position in a log."""
    return LogPosition(of, number, time, snapshot)


@pytest.mark.parametrize(
    ("source", "origin", "number"),
    [
        (MONGODB, "mongodb/shop", (1_558_965_508, 31)),
        (MONGODB | {"ord": "31", "ts_ms": "1558965508250"}, "mongodb/shop", (1_558_965_508, 31)),
        (POSTGRESQL, "postgresql/shop", (24_023_128, 24_023_128)),
        (POSTGRESQL | {"sequence": '["24023119","24023128"]'}, "postgresql/shop", (24_023_128, 24_023_128)),
        (POSTGRESQL | {"sequence": '["24023300","24023128"]'}, "postgresql/shop", (24_023_300, 24_023_128)),
        (POSTGRESQL | {"sequence": '[null,"24023128"]'}, "postgresql/shop", (24_023_128, 24_023_128)),
        (POSTGRESQL | {"lsn": None, "sequence": '[null,"7"]'}, "postgresql/shop", (7, 7)),
        (MYSQL, "mysql/shop", (3, 484)),
        (MYSQL | {"connector": "mariadb"}, "mariadb/shop", (3, 484)),
        ({"lsn": "24023128", "ts_ms": 5}, "postgresql/", (24_023_128, 24_023_128)),
        ({"file": "bin.000003", "pos": 4}, "mysql/", (3, 4)),
        ({"ord": 1, "ts_ms": 2_000}, "mongodb/", (2, 1)),
    ],
)
def test_the_position_is_that_of_the_database(source: Any, origin: str, number: tuple[int, int]) -> None:
    """Of an envelope, or of the fields that were added to a flat row."""
    position = position_of(source, is_snapshot=False)

    assert position is not None
    assert (position.origin, position.number) == (origin, number)


@pytest.mark.parametrize(
    "source",
    [
        {},
        {"connector": "oracle", "scn": "1"},
        MONGODB | {"ts_ms": None},
        MONGODB | {"ord": -1},
        POSTGRESQL | {"lsn": "0/16B3748"},
        POSTGRESQL | {"lsn": 2**63},
        POSTGRESQL | {"lsn": None, "sequence": "[1"},
        MYSQL | {"file": "bin"},
        MYSQL | {"pos": True},
        {"connector": [1], "lsn": 1},
    ],
)
def test_without_a_position_that_is_understood_there_is_none(source: Any) -> None:
    """Then the later in Kafka counts."""
    assert position_of(source, is_snapshot=False) is None


@pytest.mark.parametrize(
    ("change", "known", "is_older"),
    [
        (at((1, 5)), at((1, 4)), False),
        (at((1, 5)), at((1, 5)), False),
        (at((1, 4)), at((1, 5)), True),
        (at((1, 9)), at((2, 1)), True),
        (at((1, 4), of="mysql/b"), at((1, 5)), False),
        (at((1, 4), None), at((1, 5)), True),
        (at((1, 4), 6), at((1, 5), 5), False),
        (at((1, 4), 6, snapshot=True), at((1, 5), 5), True),
        (at((1, 4), 5), at((1, 5), 5, snapshot=True), True),
        (at((1, 4), of="postgresql/a"), at((1, 5), snapshot=True, of="postgresql/a"), False),
        (at((1, 4), of="postgresql/a"), at((1, 5), of="postgresql/a"), True),
    ],
)
def test_a_change_is_older_within_one_log(change: LogPosition, known: LogPosition, is_older: bool) -> None:
    """What a snapshot has read is compared by its position alone, because it is said when it is read."""
    assert is_before(change, known) is is_older


def test_positions_that_begin_anew_are_known_by_their_time() -> None:
    """After a failover the later change stands before the known one."""
    assert begins_anew(at((1, 4), 6), at((9, 5), 5))
    assert not begins_anew(at((1, 4), 4), at((9, 5), 5))
    assert not begins_anew(at((9, 6), 6), at((9, 5), 5))
    assert not begins_anew(at((1, 4), 6, snapshot=True), at((9, 5), 5))
