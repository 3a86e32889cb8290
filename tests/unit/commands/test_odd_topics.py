"""Commands that read topics of the fleet, with records in them that no worker has written."""

from collections.abc import Iterable, Iterator
from typing import Any

from structlog.testing import capture_logs

from schemas.decision import SendDecision
from schemas.mail import Email
from workers.commands.rebuild_history import LastMail, last_mails
from workers.commands.rebuild_states import read_times
from workers.commands.replay_comparison import digest, fleet_of
from workers.runtime.engine.changelog_reader import ChangelogReader
from workers.runtime.engine.state_header import NEVER, OWNER_KEY, pack
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.records import ConsumerRecord

NOW = 1_790_000_000_000
ODD: tuple[tuple[bytes | None, bytes | None, Any], ...] = (
    (b"\xff", b"x", ()),
    (b"odd", b"\x00\x01", (("\\xff", None),)),
    (b"odd", b"{}", (("kairos_version", None),)),
    (b"odd", b"null", (("kairos_version", b"1.x"), ("kairos_fence", b""))),
    (None, b"[]", ()),
)


class Topics:
    """Stands in for the reader: the records of each topic, and odd ones in front of and behind them."""

    def __init__(self, **records: list[tuple[bytes, bytes, Any]]) -> None:
        self.records = {topic.replace("_", "-"): rows for topic, rows in records.items()}

    def read(self, topic: str, partitions: Iterable[int] = ()) -> Iterator[ConsumerRecord]:
        """All records."""
        rows = (*ODD, *self.records.get(topic, ()), *ODD)
        for offset, (key, value, headers) in enumerate(rows):
            yield ConsumerRecord(topic, 0, offset, key, value, NOW, headers)

    def read_from(self, topic: str, offsets: dict[int, int]) -> Iterator[ConsumerRecord]:
        """As `read`, in one partition from an offset on."""
        return (record for record in self.read(topic) if record.offset >= offsets[0])


def decision(person: str, slot: int) -> SendDecision:
    """A decision to send."""
    return SendDecision.model_validate(SendDecision.EXAMPLES[0] | {"person": person, "slot": slot})


def odd_lines(lines: list[Any], topic: str) -> list[int]:
    """The offsets that are named for a topic."""
    return [line["offset"] for line in lines if line["topic"] == topic]


def test_the_last_mails_are_found_among_odd_records() -> None:
    """Each odd record is one line with its place."""
    mail = Email.model_validate(Email.EXAMPLES[0] | {"decision_id": "mia:3"})
    made = decision("mia", 2)
    topics: Any = Topics(send_decisions=[(b"mia", made.dumps(), ())], emails=[(b"mia", mail.dumps(), ())])
    with capture_logs() as lines:
        mails = last_mails(topics, 0)

    assert mails == {b"mia": LastMail(3, int(mail.written_at.timestamp() * 1000))}
    for topic in ("send-decisions", "emails"):
        assert odd_lines(lines, topic) == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10]


def test_a_replay_is_compared_with_what_the_fleet_wrote() -> None:
    """What cannot be read is no profile and no decision."""
    made = decision("mia", 2)
    topics: Any = Topics(send_decisions=[(b"mia", made.dumps(), ())])
    with capture_logs() as lines:
        profiles, mails = fleet_of(topics)
    assert mails.by_id == {made.id: digest(made.dumps())}
    assert profiles.by_key == {}
    assert odd_lines(lines, "send-decisions") == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10]
    assert odd_lines(lines, "enriched-profiles") == [*range(10)]


def test_times_of_documents_are_read_with_malformed_versions_between_them() -> None:
    """A time that no record can have counts as now."""
    topics: Any = Topics(messages=[(b"m", b"{}", (("kairos_version", b"1.5"),))])
    with capture_logs() as lines:
        times = read_times(topics, ("messages",), 0, NOW + 5)
    assert times.of(b"messages/m") == NOW
    assert times.of(b"messages/other") == NOW + 5
    assert odd_lines(lines, "messages") == [2, 3, 8, 9]


def test_a_changelog_is_read_as_a_recovery_reads_it() -> None:
    """Without the foreign records, whatever stands in front of it."""
    state, fence = pack(bytes(8), 1, NEVER, b"state"), (fencing_header(0, 3, 1),)
    topics: Any = Topics(c=[(OWNER_KEY, state, fence), (b"mia", state, fence), (b"odd", state, ())])
    with capture_logs() as lines:
        states = ChangelogReader(topics, "c", 0).read()
    assert states == {b"mia": state}
    assert odd_lines(lines, "c") == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 12]
