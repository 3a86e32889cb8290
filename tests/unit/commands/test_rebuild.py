"""`kairos rebuild people`, the parts that need no broker: the records, and what must not be forgotten."""

from typing import Any

import pytest

from schemas.documents import Order, User
from schemas.facts import UserFact
from tests.fleet import Fleet
from workers.commands.rebuild import follow, record
from workers.commands.rebuild_history import Mail, keep, knows
from workers.commands.rebuild_states import STEPS, ChangelogReader, Stored, Times, facts
from workers.people.state import Contact, Slot
from workers.route.reemit import PersonFact
from workers.route.stage import STAGES
from workers.runtime.engine.state_header import CLOCK_KEY, RESERVED_KEYS, pack
from workers.runtime.kafka.headers import FENCE, VERSION, version_of
from workers.runtime.kafka.reader import ReadingError
from workers.runtime.kafka.records import ConsumerRecord, partition_of

FACT = UserFact(id="users/a", version=(2, 7), at=5, value=User(id="a"))


def test_a_fact_is_written_as_route_writes_it_but_now() -> None:
    """The record's time is that of the writing, or the inbox would forget it at once."""
    written = record(PersonFact("a", FACT), 4, 1_700_000_000_000)
    assert (written.topic, written.key, written.value) == ("inbox", b"a", FACT.dumps())
    assert written.partition == partition_of(b"a", 4)
    assert written.at == 1_700_000_000_000
    assert version_of(written.headers) == (2, 7)
    headers = dict(written.headers)
    assert headers["ce_id"] == b"users/a@2.7/a"
    assert headers["ce_type"] == b"kairos.inbox.v1"
    assert "kairos_fence" not in headers


def test_a_state_of_another_version_is_one_clear_line() -> None:
    states: Stored = {b"orders/o": pack(bytes(8), 0, 0, b"\xff\x01")}
    with pytest.raises(ReadingError, match="a state of `documents` cannot be read by this version"):
        list(facts(STEPS[1], states, Times(0)))


def test_users_come_last() -> None:
    """Of whom all was lost, nothing is said before the rest of it is back."""
    assert STEPS[-1].topics == ("users",)
    assert [step.name for step in STEPS if step.takes(b"users/orders")] == ["attendances", "users"]
    assert [step.name for step in STEPS if step.takes(b"orders/users")] == ["attendances", "documents"]


@pytest.mark.parametrize(
    ("contact", "known"),
    [
        (Contact(), False),
        (Contact(number=2), False),
        (Contact(number=3), True),
        (Contact(number=4), True),
        (Contact(number=3, slot=Slot(3, 100, 200)), True),
        (Contact(number=3, slot=Slot(3, 101, 200)), False),
        (Contact(number=4, slot=Slot(4, 101, 200)), True),
    ],
)
def test_a_mail_is_forgotten_when_its_number_is_free_or_taken_again(contact: Contact, known: bool) -> None:
    assert knows(contact, Mail(3, 100)) is known


def test_the_last_mail_counts_from_its_first_time() -> None:
    found: dict[bytes, Mail] = {}
    for mail in (Mail(2, 50), Mail(3, 90), Mail(3, 80), Mail(3, 85), Mail(1, 10)):
        keep(found, b"a", mail)
    assert found == {b"a": Mail(3, 80)}


def stored(fleet: Fleet) -> Stored:
    """The states of `documents`, as its changelog holds them."""
    return {key: value for key, value in fleet.replays[0].stored().items() if key not in RESERVED_KEYS}


def test_what_changed_while_it_was_said_is_said_right_once_more() -> None:
    """Only what is not true any more; it ends when there is nothing to put right."""
    fleet = Fleet(STAGES, partitions=1)
    for number, id_ in enumerate(("x", "y", "z")):
        fleet.put("orders", id_, Order(id=id_, user_id="a"), version=(1, number + 1))
    fleet.run()
    states = stored(fleet)
    assert [told.fact.id for told in facts(STEPS[1], states, Times(0))] == [
        "orders/x",
        "orders/y",
        "orders/z",
    ]
    fleet.put("orders", "x", None, version=(1, 8))
    fleet.put("orders", "y", Order(id="y", user_id="a", amount=3), version=(1, 9))
    fleet.put("orders", "new", Order(id="new", user_id="a"), version=(1, 9))
    fleet.run()
    (right,) = follow(STEPS[1], states, stored(fleet), Times(0))
    assert (right.person, right.fact.id, right.fact.version) == ("a", "orders/x", (1, 8))
    assert b'"value":null' in right.fact.dumps()
    assert states == stored(fleet)
    assert follow(STEPS[1], states, stored(fleet), Times(0)) == []


def test_the_time_of_a_document_is_that_of_its_newest_version() -> None:
    """An older record may come again; what is nowhere to be found has changed now."""
    times = Times(99)
    for offset, (at, version) in enumerate(((10, b"1.5"), (20, b"1.7"), (30, b"1.6"))):
        times.learn(ConsumerRecord("orders", 0, offset, b"o", b"{}", at, ((VERSION, version),)))
    times.learn(ConsumerRecord("orders", 0, 8, b"plain", b"{}", 40))
    assert times.of(b"orders/o") == 20
    assert times.of(b"orders/plain") == 40
    assert times.of(b"orders/other") == 99


class Log:
    """A reader of one changelog's partition, given by what it holds."""

    def __init__(self, *records: tuple[bytes, bytes | None, int]) -> None:
        self.records = [
            ConsumerRecord("log", 0, offset, key, value, 0, ((FENCE, b"0.%d.9" % generation),))
            for offset, (key, value, generation) in enumerate(records)
        ]

    def read_from(self, topic: str, offsets: dict[int, int]) -> list[ConsumerRecord]:
        """As `Reader.read_from`."""
        return self.records[offsets[0] :]


def test_a_changelog_is_read_as_a_recovery_reads_it() -> None:
    """The last state of a key counts, but for those of a worker that was replaced; reading goes on."""
    log: Any = Log((b"a", b"1", 1), (b"b", b"1", 1), (CLOCK_KEY, b"", 2), (b"a", b"late", 1), (b"b", None, 2))
    changelog = ChangelogReader(log, "log", 0)
    assert changelog.read() == {b"a": b"1", b"b": None}
    log.records.append(log.records[-1]._replace(offset=5, key=b"c", value=b"3"))
    assert changelog.read() == {b"c": b"3"}
    assert changelog.read() == {}
