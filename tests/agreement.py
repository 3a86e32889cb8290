"""Profiles beside those of the oracle: which field differs, of whom, and how."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from schemas.profile import EnrichedProfile

Profiles = Mapping[str, Mapping[str, Any]]  # by person; values as JSON has them
NOT_COMPARED = ("summary", "later", "changes_at", "decays", "truncated")  # they have tests of their own
FIELDS = tuple(name for name in EnrichedProfile.model_fields if name not in NOT_COMPARED)
LISTED_NOTES = ("malformed", "contradictory")


def at(profiles: Mapping[str, bytes], now: datetime) -> dict[str, dict[str, Any]]:
    """Profiles as they are written, as values of JSON, at one time."""
    return {
        who: EnrichedProfile.loads(data).at(now).model_dump(mode="json") for who, data in profiles.items()
    }


def plainly(profile: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the oracle knows; of notes the document and the field."""
    found = {name: profile[name] for name in FIELDS}
    quality = found["data_quality"]
    notes = {kind: unique((one["document"], one["field"]) for one in quality[kind]) for kind in LISTED_NOTES}
    return found | {"data_quality": quality | notes}


def differences(expected: Profiles, found: Profiles) -> list[str]:
    """One line for every field of a person that is not as expected; who is there should be there."""
    lines = [f"{who}: has a profile" for who in sorted(found.keys() - expected.keys())]
    lines += [f"{who}: has no profile" for who in sorted(expected.keys() - found.keys())]
    for who in sorted(expected.keys() & found.keys()):
        wanted, given = to_jsonable_python(expected[who]), found[who]
        lines += [
            f"{who}.{name}: {given.get(name)!r}, not {wanted.get(name)!r}"
            for name in sorted(wanted.keys() | given.keys())
            if given.get(name) != wanted.get(name)
        ]
    return lines


def agree(expected: Profiles, found: Profiles) -> None:
    """Fail with every difference, one in a line."""
    lines = differences(expected, {who: plainly(profile) for who, profile in found.items()})
    assert not lines, "\n".join(("not as the oracle has it:", *lines))


def unique(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Pairs as JSON has them, in order."""
    return [list(pair) for pair in sorted(set(pairs))]
