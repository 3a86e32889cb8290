"""The nearest change that would flip a decision, in words, and what is needed to find it now."""

from typing import NamedTuple

from schemas.control import Watermark
from schemas.decision import SendDecision
from schemas.model import from_epoch_ms, to_epoch_ms
from workers.commands.profile_view import as_text
from workers.commands.rebuild_history import CHANGELOG, PEOPLE
from workers.commands.rebuild_states import decoded
from workers.commands.recorded_inbox import INBOX, RecordedInbox, is_mark, watermark_of
from workers.people.decision.case import Circumstances, case_of
from workers.people.decision.decide import KnownFields
from workers.people.decision.nearest_change import CaseChange, nearest_change
from workers.people.policy import Policy
from workers.people.state import StoredPerson
from workers.runtime.engine.changelog_reader import ChangelogReader
from workers.runtime.kafka.reader import Reader

TAIL = 500  # records of a partition among whose last ones a watermark is


class PersonNow(NamedTuple):
    """What a decision is made of: the person, and the last watermark (None: none yet)."""

    stored: StoredPerson
    mark: Watermark | None


def person_now(reader: Reader, person: str) -> PersonNow | None:
    """The state of a person in the changelog of `people`; None without one. Raises ReadingError."""
    inbox, key = RecordedInbox(reader), person.encode()
    partition = inbox.partition_of(key)
    stored = ChangelogReader(reader, CHANGELOG, partition, only=key).read().get(key)
    if stored is None:
        return None
    start = max(inbox.beginnings[partition], inbox.ends[partition] - TAIL)
    marks = [watermark_of(each) for each in reader.read_from(INBOX, {partition: start}) if is_mark(each)]
    return PersonNow(decoded(PEOPLE, stored).stored, marks[-1] if marks else None)


def nearest_text(
    now: PersonNow, decision: SendDecision, at: int, policy: Policy, is_ramped: bool
) -> str | None:
    """The nearest change at a time (epoch milliseconds) in words; None if no single one would do.

    A mail that is under way is asked about as if its slot and its leave by the ramp were still free.
    """
    mark, is_mail = now.mark, decision.verdict != "wait"
    waiting, paused = ((), ()) if mark is None else (tuple(mark.waiting), tuple(mark.paused))
    held = to_epoch_ms(decision.until) if decision.reason == "outage" and decision.until else None
    around = Circumstances(waiting, paused, is_ramped and not is_mail, held)
    case = case_of(now.stored, at, around, policy)
    if case is None:
        return None
    if decision.slot is not None:
        case = case._replace(busy_until=None)
    change = nearest_change(case, policy, KnownFields(now.stored, at, policy))
    return None if change is None else text_of(change)


def text_of(change: CaseChange) -> str:
    """A change, until when it takes, and what is decided then."""
    what = change.what
    if change.until is not None:
        passes = f"time passes until {as_text(from_epoch_ms(change.until))}"
        what = passes if change.name == "time" else f"{what}, and {passes}"
    return f"{what}: then {change.gives}"
