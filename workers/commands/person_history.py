"""One person as they were at a time: the recorded inbox again, for them alone, up to then.

It ends before the first watermark after that time, since with it the fleet began to know more. Facts that
were read before it and are of a later time are left out.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from schemas.control import Watermark
from schemas.decision import SendDecision
from schemas.profile import EnrichedProfile
from workers.commands.recorded_inbox import RecordedInbox, is_mark, watermark_of
from workers.people.state import PersonState, StoredPerson
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.stage import Stage

PART = 1_000  # records at once
LAST = 10  # decisions that are kept


class PersonHistory(NamedTuple):
    """What the fleet knew and had decided; `facts` counts the person's records.

    `stored` is None without any fact, `profile` without a user document, `decision` while nothing is decided.
    `decisions` are the last ones, in order, `mark` is the last watermark. `is_cut`: earlier records of the
    partition are deleted by now.
    """

    facts: int
    stored: StoredPerson | None
    profile: EnrichedProfile | None
    decision: SendDecision | None
    decisions: list[SendDecision]
    mark: Watermark | None
    is_cut: bool


def history_of(
    reader: Reader, person: str, stage: Stage[PersonState], until: int | None = None
) -> PersonHistory:
    """The history of a person up to a time (epoch milliseconds; None: now). Raises ReadingError."""
    inbox = RecordedInbox(reader)
    is_cut = inbox.is_cut(inbox.partition_of(person.encode()))
    records = inbox.of_person(person)
    return replayed(records if until is None else up_to(records, until), person, stage, is_cut)


def replayed(
    records: Iterable[ConsumerRecord], person: str, stage: Stage[PersonState], is_cut: bool = False
) -> PersonHistory:
    """The history that the records of a person and the watermarks make."""
    replay = Replay(stage)
    facts, profile, decision, mark = 0, None, None, None
    decisions: deque[SendDecision] = deque(maxlen=LAST)
    remaining = iter(records)
    while part := list(islice(remaining, PART)):
        marks = [record for record in part if is_mark(record)]
        facts += len(part) - len(marks)
        mark = marks[-1] if marks else mark
        for written in replay.feed(part):
            if written.topic == "enriched-profiles":
                profile = None if written.value is None else EnrichedProfile.loads(written.value)
            elif written.topic == "send-decisions":
                decision = None if written.value is None else SendDecision.loads(written.value)
                if decision is not None:
                    decisions.append(decision)
    state = replay.states().get(person)
    stored = None if state is None else state.stored
    last_mark = None if mark is None else watermark_of(mark)
    return PersonHistory(facts, stored, profile, decision, list(decisions), last_mark, is_cut)


def up_to(records: Iterable[ConsumerRecord], until: int) -> Iterator[ConsumerRecord]:
    """The records before the first watermark after a time, without facts that are later than it."""
    for record in records:
        if is_mark(record):
            mark = watermark_of(record)
            if mark is not None and mark.at > until:
                return
            yield record
        elif record.timestamp <= until:
            yield record


def unknown_at(history: PersonHistory, person: str, at: datetime) -> str:
    """The error line for somebody who had no profile or decision at a time."""
    time = f"{at:%Y-%m-%d %H:%M} UTC"
    if history.facts:
        return f"{person} had no user document at {time}, so no profile"
    cut = "; its first records are deleted by now" if history.is_cut else ""
    return f"the inbox has nothing about {person} up to {time}{cut}"
