"""Comparison of profiles with those of the oracle: the person, the field and the difference."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from schemas.profile import EnrichedProfile

Profiles = Mapping[str, Mapping[str, Any]]  # by person; values as JSON has them
NOT_COMPARED = ("summary", "later", "changes_at", "decays", "truncated")  # tested elsewhere
FIELDS = tuple(name for name in EnrichedProfile.model_fields if name not in NOT_COMPARED)
PROBLEMS = ("malformed", "contradictory")


def at(profiles: Mapping[str, bytes], now: datetime) -> dict[str, dict[str, Any]]:
    """Encoded profiles, computed for a time, as JSON values, by person."""
    return {
        person: EnrichedProfile.loads(data).at(now).model_dump(mode="json")
        for person, data in profiles.items()
    }


def comparable(profile: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the oracle computes; of notes only the document and the field."""
    fields = {name: profile[name] for name in FIELDS}
    quality = fields["data_quality"]
    notes = {
        problem: unique((note["document"], note["field"]) for note in quality[problem])
        for problem in PROBLEMS
    }
    return fields | {"data_quality": quality | notes}


def differences(expected: Profiles, actual: Profiles) -> list[str]:
    """One line for every field of a person that differs, and for every missing or unexpected profile."""
    lines = [f"{person}: has a profile" for person in sorted(actual.keys() - expected.keys())]
    lines += [f"{person}: has no profile" for person in sorted(expected.keys() - actual.keys())]
    for person in sorted(expected.keys() & actual.keys()):
        wanted, given = to_jsonable_python(expected[person]), actual[person]
        lines += [
            f"{person}.{name}: {given.get(name)!r}, not {wanted.get(name)!r}"
            for name in sorted(wanted.keys() | given.keys())
            if given.get(name) != wanted.get(name)
        ]
    return lines


def agree(expected: Profiles, actual: Profiles) -> None:
    """Fail with every difference, one per line."""
    lines = differences(expected, {person: comparable(profile) for person, profile in actual.items()})
    assert not lines, "\n".join(("not as the oracle has it:", *lines))


def unique(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Pairs as JSON has them, sorted, each once."""
    return [list(pair) for pair in sorted(set(pairs))]
