"""What a place for records of mails can do: a table of Airtable, or a collection of MongoDB. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from workers.writeback.mail_record import UNWRITTEN, MailRecord


class HeldRecord(NamedTuple):
    """What a target has of a mail: how far its furthest record is, and how many there are.

    `place` is what the target needs to find it again.
    """

    rank: int = UNWRITTEN
    records: int = 0
    place: Any = None


NOTHING_HELD = HeldRecord()


class NewRecord(NamedTuple):
    """A record that says more than the target does, and what the target has of it."""

    record: MailRecord
    held: HeldRecord


class UnansweredError(Exception):
    """It is not known what became of a request, which may pass by itself; the text is one line."""


class TargetRefusedError(Exception):
    """The target takes no records at all: one line that says what somebody has to do."""


class MessageTarget(Protocol):
    """Where records of mails stand. Its questions raise UnansweredError, TargetRefusedError and Stopped.

    `name` says which kind it is, in logs and metrics; `most_at_once` is how many records are written
    together, `give_up_seconds` how long it may give no answer.
    """

    name: str
    most_at_once: int
    give_up_seconds: float

    def held(self, decisions: Sequence[str]) -> Mapping[str, HeldRecord]:
        """What there is of the mails of these decisions, 100 at most."""

    def write(self, news: Sequence[NewRecord]) -> Mapping[str, str | None]:
        """By decision why a record is refused, None for one that is written.

        One that is not named was not written, because somebody else has written meanwhile: it has to be
        looked at again.
        """
