"""All signals of a person together, less those retracted, say what nested loops say of the interactions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.jobs import JobSignal
from tests.job_loops import Told, counting, final, order
from tests.unit.people.person_facts import PERSON, START, fact
from tests.world import DAY_MS
from workers.people import bounds, job_interest
from workers.people.job_signals import apply_job_fact
from workers.people.state import PersonState, StoredPerson
from workers.people.state_formats import PersonCodec
from workers.runtime.stage import Irregularity, Output

IDS = {"job-view": "job-views/", "job-preference": "job-preferences/", "interaction": "interactions/"}
OFFSETS = (0, 20_000, 59_999, 60_000, 60_001, 130_000, DAY_MS, 50 * DAY_MS, 89 * DAY_MS, 95 * DAY_MS)
times = st.sampled_from(OFFSETS).map(lambda offset: START - 100 * DAY_MS + offset)
jobs = st.sampled_from(("x", "y", "z", "w", None))
pressed = st.sampled_from(("applied", "rejected", "saved", "ignored"))
seconds = st.sampled_from((1.0, 2.5, 20.0, 60.0, 100.0, 900.0))


class Said(NamedTuple):
    """A signal, without whether it is retracted."""

    id: str
    kind: str
    job: str
    seconds: float
    at: int | None
    weight: float
    others: tuple[tuple[str, float, int], ...]


@st.composite
def told(draw: st.DrawFn) -> list[Told | str | int]:
    """Facts in the order of their versions, retractions (ids), and repetitions (so many facts before)."""
    history: list[Told | str | int] = []
    for version in range(1, draw(st.integers(1, 24)) + 1):
        source = draw(st.sampled_from(("job-view", "job-preference", "interaction", "interaction")))
        id_, change = f"{IDS[source]}{draw(st.integers(0, 5))}", draw(st.integers(0, 9))
        if change == 0 and source != "interaction":
            history.append(id_)
        elif change == 1:
            history.append(draw(st.integers(1, 5)))
        else:
            is_view = source == "job-view" or (source == "interaction" and draw(st.booleans()))
            at = draw(times) if source == "interaction" else draw(st.none() | times)
            undo = source == "interaction" and draw(st.integers(0, 3)) == 0
            kind, length = ("viewed", draw(seconds)) if is_view else (draw(pressed), 0.0)
            history.append(Told(at, id_, draw(jobs), kind, length, undo, version))
    return history


def as_fact(told: Told | str, version: int) -> Any:
    """The fact that tells something, or retracts what an id told."""
    id_ = told if isinstance(told, str) else told.id
    kind, number = next(
        (kind, int(id_.removeprefix(start))) for kind, start in IDS.items() if id_.startswith(start)
    )
    if isinstance(told, str):
        return fact(kind, int(number), None, version)
    at = None if told.at is None else told.at / 1000
    fields: dict[str, dict[str, Any]] = {
        "job-view": {"viewed_at": at, "time_spent_seconds": told.seconds},
        "job-preference": {"created_at": at, "preference_type": told.kind},
        "interaction": {"at": at, "kind": told.kind, "seconds": told.seconds, "undo": told.undo},
    }
    fields["interaction"]["person"] = PERSON
    return fact(kind, int(number), {"job_id": told.job, **fields[kind]}, version)


def interest(job: str | None, before: Sequence[Told], memory: int) -> tuple[float, int]:
    """The weight of a job, and the time of its last interaction; forgotten after so many other jobs."""
    length, applied, preference, last, between = 0.0, 0.0, None, 0, set[str | None]()
    for each in before:
        if each.job != job and each.at is not None and not each.undo:
            between.add(each.job)
        if len(between) >= memory:
            length, applied, preference, last = 0.0, 0.0, None, 0
        if each.job != job or each.at is None:
            continue
        if each.undo:
            applied = 0.0 if each.kind == "applied" else applied
            preference = None if each.kind == preference else preference
            continue
        last, between = each.at, set()
        length += each.seconds if each.kind == "viewed" else 0.0
        applied = 0.5 if each.kind == "applied" else applied
        preference = each.kind if each.kind in ("saved", "rejected", "ignored") else preference
    viewed = 0.0 if length < 3 else min(0.4, max(0.1, length / 300))
    stated = {"saved": 0.4, "rejected": -0.3}.get(preference or "", 0.0)
    return round(viewed + applied + stated, 6), last


def loops(frozen: Sequence[Told], facts: Sequence[Told], most: int, memory: int) -> Iterator[Said]:
    """What is said of the facts, after frozen ones."""
    before = [*frozen]
    for each in counting(facts):
        length = each.seconds if each.kind == "viewed" else 0.0
        if not each.undo and each.at is None:
            yield Said(each.id, each.kind, each.job or "", length, None, 0.0, ())
        elif not each.undo and each.at is not None:
            liked_before, _ = interest(each.job, before, memory)
            weight = round(interest(each.job, [*before, each], memory)[0] - liked_before, 6)
            dated = [other.job for other in before if other.at is not None and not other.undo]
            last = [job for job in dict.fromkeys(reversed(dated)) if job != each.job]
            known = [(job, *interest(job, before, memory)) for job in last]
            others = [row for row in known if row[1] > 0 and row[2] >= each.at - 90 * DAY_MS]
            named = tuple((job or "", liked, at) for job, liked, at in others[:most])
            named = named if weight > 0 else ()
            yield Said(each.id, each.kind, each.job or "", length, each.at, weight, named)
        before.append(each)


def said_by(signal: JobSignal) -> Said:
    at = None if signal.at is None else round(signal.at.timestamp() * 1000)
    others = tuple((other.job_id, other.weight, other.at) for other in signal.others)
    return Said(signal.id, signal.kind, signal.job_id, signal.seconds, at, signal.weight, others)


class Ledger:
    """A person whose facts are applied, the sum of all signals, and what the loops know."""

    def __init__(self, most: int, memory: int) -> None:
        self.stored, self.sum, self.bounds = StoredPerson(PERSON), Counter[Said](), (most, memory)
        self.facts: dict[str, Told] = {}
        self.frozen: list[Told] = []
        self.settled = Counter[Said]()

    def tell(self, told: Told | str, version: int) -> None:
        """Apply a fact; sum up its signals; settle what was evicted."""
        codec = PersonCodec()
        self.stored = codec.decode(codec.encode(PersonState(self.stored))).stored
        exclusions = self.stored.evicted_jobs.exclusions if self.stored.evicted_jobs else {}
        outputs = apply_job_fact(self.stored, as_fact(told, version))
        if isinstance(outputs, Irregularity):
            return  # it was evicted before, or is older
        for output in outputs:
            assert isinstance(output, Output)
            assert isinstance(output.value, JobSignal)
            assert output.key == output.value.job_id
            self.sum[said_by(output.value)] += -1 if output.value.retracted else 1
        if isinstance(told, str):
            self.facts.pop(told, None)
        elif outputs or order(told)[2] in self.stored.jobs or order(told)[2] not in exclusions:
            self.facts[told.id] = final(self.facts, told)
        gone = [each for each in self.facts.values() if order(each)[2] not in self.stored.jobs]
        saying = {said.id: said for said in loops(self.frozen, [*self.facts.values()], *self.bounds)}
        for each in sorted(gone, key=order):
            if each in counting([*self.facts.values()]):
                self.frozen.append(each)
            if each.id in saying:
                self.settled[saying[each.id]] += 1
        for each in gone:
            del self.facts[each.id]

    def check(self) -> None:
        """The sum is what was settled and what the loops say of the rest."""
        expected = self.settled + Counter(loops(self.frozen, [*self.facts.values()], *self.bounds))
        assert {said: count for said, count in self.sum.items() if count} == dict(expected)


@pytest.mark.parametrize(
    ("limit", "most", "memory"), [(300, 20, 100), (300, 2, 3), (5, 2, 100), (3, 20, 100), (4, 20, 2)]
)
@given(history=told())
def test_the_sum_of_all_signals_is_what_the_loops_say(
    limit: int, most: int, memory: int, history: list[Told | str | int]
) -> None:
    """With undo, corrections, retractions, repetitions and evictions, after every fact."""
    small = bounds.JOBS._replace(limit=limit)
    kinds = {kind: small if bound is bounds.JOBS else bound for kind, bound in bounds.BOUNDS.items()}
    with (
        patch.object(bounds, "BOUNDS", kinds),
        patch.object(job_interest, "MAX_OTHERS", most),
        patch.object(job_interest, "MAX_RECENT", memory),
    ):
        ledger, applied = Ledger(most, memory), list[tuple[Told | str, int]]()
        for version, each in enumerate(history, 1):
            if isinstance(each, int):
                for again in applied[-each:]:
                    ledger.tell(*again)
                    ledger.check()
                continue
            applied.append((each, version))
            ledger.tell(each, version)
            ledger.check()
