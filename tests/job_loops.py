"""Which interactions with jobs count, by nested loops: an independent implementation, to compare with."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

MINUTE_MS = 60_000


class Told(NamedTuple):
    """Something that a person did with a job, under the id of its fact; `at` in epoch milliseconds."""

    at: int | None
    id: str
    job: str | None
    kind: str
    seconds: float
    undo: bool
    version: int


def order(told: Told) -> tuple[bool, int, str]:
    """The place of a fact in the order of time; without a time it comes first."""
    marks = {"job-views": "v", "job-preferences": "p", "interactions": "i"}
    topic, _, id_ = told.id.partition("/")
    return (told.at is not None, told.at or 0, marks[topic] + id_)


def final(told: Mapping[str, Told], new: Told) -> Told:
    """What an id tells after something new: of the job site the longest time, and taken back stays so."""
    old = told.get(new.id)
    if old is None or not new.id.startswith("interactions"):
        return new
    last = max((old, new), key=lambda each: (each.undo, each.version))
    return last._replace(seconds=max(old.seconds, new.seconds), version=max(old.version, new.version))


def counting(facts: Sequence[Told]) -> list[Told]:
    """The facts that count, in order, and those that take back."""
    ordered, out, matched = sorted((each for each in facts if each.job), key=order), set(), set()
    views = [each for each in ordered if each.kind == "viewed" and not each.undo and each.at is not None]
    for later in views:
        for earlier in views[: views.index(later)]:
            same = earlier.job == later.job and earlier.id.partition("/")[0] != later.id.partition("/")[0]
            near = (later.at or 0) - (earlier.at or 0) <= MINUTE_MS
            if same and near and earlier.id not in matched and later.id not in matched:
                matched |= {earlier.id, later.id}
                pair = (earlier, later)
                out.add(min(pair, key=lambda each: (each.seconds, each.id.startswith("interactions"))).id)
    for number, each in enumerate(ordered):
        for later in ordered[number + 1 :]:
            same_slot = each.job == later.job and "viewed" not in (each.kind, later.kind)
            same_slot = same_slot and (each.kind == "applied") == (later.kind == "applied")
            if same_slot and not each.undo and (not later.undo or later.kind == each.kind):
                out.add(each.id)
        if each.kind == "viewed" and each.undo:
            out.add(each.id)
    return [each for each in ordered if each.id not in out]
