"""The job signals that follow from a changed interaction with a job. Pure.

What is said of a person's interactions is a function of those that are stored, in their order: `say` in
job_interest.py. Nothing that was said is stored. After a change it is computed for the interactions before
and after it, from the first that differs on; what is no longer said is retracted as it was said, and what is
said anew follows. So all signals of a person together, less those retracted, are what the function says of
the interactions that are stored, and of each evicted one what it said last.

In place of the interactions that were evicted there is the interest in the last jobs that follows from them
(`recent`), from which `say` goes on as if they were still there. Only if the one that was evicted is not the
first, or if `recent` exceeds its bytes, an eviction may change what is said of others; then that is corrected
in the same way.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schemas.jobs import JobSignal, OtherJob, signal_version
from schemas.model import Version, from_epoch_ms
from workers.people.fact_stores import FACT_STORES
from workers.people.facts import apply_fact
from workers.people.job_history import JobEntry, counting
from workers.people.job_interest import Said, note, say
from workers.people.job_state import PREFIXES, EvictedJobs, StoredJobInteraction
from workers.people.keys import lengthen
from workers.people.state import StoredPerson
from workers.runtime.stage import Action, Irregularity, Output, Record

NONE = EvictedJobs()
Change = tuple[str, Said, bool]


def apply_job_fact(
    stored: StoredPerson, fact: Any, record: Record | None = None
) -> Sequence[Action] | Irregularity:
    """Apply a fact of an interaction, in place, and return the signals for the jobs that it concerns.

    Their versions say which ones of the fact's record they are.
    """
    before, evicted = dict(stored.jobs), stored.evicted_jobs or NONE
    change = apply_fact(stored, fact)
    if isinstance(change, Irregularity):
        return change
    key = FACT_STORES[fact.kind].key(fact.id)
    after = {other: item for other, item in before.items() if other != key}
    if change.after is not None:
        after[key] = change.after
    counted = counting(after)
    changes = [*changed(counting(before), counted, evicted)]
    now = stored.evicted_jobs or NONE
    if now is not evicted and not says_the_same(stored, counted, evicted, now):
        said = said_of_all(after, evicted)
        left = {other: said[other] for other in said if other in stored.jobs}
        changes += differences(left, said_of_all(stored.jobs, now))
    return [
        Output("job-signals", each[1].job_id, signal(stored.id, *each), version_of(record, number))
        for number, each in enumerate(changes)
    ]


def version_of(record: Record | None, number: int) -> Version | None:
    """The version of a record's signal of a number; None of no record."""
    return None if record is None else signal_version(record.partition, record.offset, number)


def says_the_same(
    stored: StoredPerson, counted: Sequence[JobEntry], before: EvictedJobs, now: EvictedJobs
) -> bool:
    """Whether what is said of the interactions that are left is certainly what was said before an eviction.

    So it is if the first of those that counted were evicted, and `recent` has all that follows from them.
    """
    left = next((index for index, entry in enumerate(counted) if entry.key in stored.jobs), len(counted))
    recent = dict(before.recent)
    for entry in counted[:left]:
        note(recent, entry)
    return tuple(recent.items()) == now.recent and all(entry.key in stored.jobs for entry in counted[left:])


def said_of_all(interactions: Mapping[str, StoredJobInteraction], evicted: EvictedJobs) -> dict[str, Said]:
    """What is said of all interactions, by key."""
    return say(counting(interactions), dict(evicted.recent))


def changed(old: list[JobEntry], new: list[JobEntry], evicted: EvictedJobs) -> Iterator[Change]:
    """What changes when some interactions become others, from the first that differs on."""
    same = next((index for index, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), None)
    if same is None:
        same = min(len(old), len(new))
    recent = dict(evicted.recent)
    for entry in old[:same]:
        note(recent, entry)
    return differences(say(old[same:], dict(recent)), say(new[same:], recent))


def differences(old: Mapping[str, Said], new: Mapping[str, Said]) -> Iterator[Change]:
    """What is no longer said, then what is said anew; key, what is said, and whether it is retracted."""
    yield from ((key, said, True) for key, said in old.items() if new.get(key) != said)
    yield from ((key, said, False) for key, said in new.items() if old.get(key) != said)


def signal(person: str, key: str, said: Said, retracted: bool) -> JobSignal:
    """The signal that says something of the interaction of a key, or takes it back."""
    return JobSignal(
        id=lengthen(key[1:], PREFIXES[key[0]]),
        person=person,
        job_id=said.job_id,
        kind=said.kind,
        seconds=said.seconds,
        at=None if said.at is None else from_epoch_ms(said.at),
        weight=said.weight,
        others=[OtherJob(job_id=job, weight=weight, at=at) for job, weight, at in said.others],
        retracted=retracted,
    )
