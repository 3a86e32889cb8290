"""What a record changes in the read model. Pure."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from schemas.decision import RuleName, SendDecision, Verdict
from schemas.mail import Email
from schemas.profile import EnrichedProfile

ChangeKind = Literal["profile", "decision", "mail"]
KINDS: dict[str, ChangeKind] = {
    "enriched-profiles": "profile",
    "send-decisions": "decision",
    "emails": "mail",
}
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
RULES: tuple[RuleName, ...] = get_args(RuleName)
PEOPLE = "people"


class KeyMissing(ValueError):
    """A record names nobody: its key is missing or is no text."""


class ReadModelChange(NamedTuple):
    """The new profile, decision or mail of a person, as it came; `value` None: deleted.

    `at_ms` is the record's time in epoch milliseconds; `verdict` and `reason` are those of a decision.
    """

    kind: ChangeKind
    person: str
    value: bytes | None
    at_ms: int
    verdict: Verdict | None = None
    reason: RuleName | None = None


class Totals(NamedTuple):
    """How many people there are, how many by verdict, and how many by the reason why they wait."""

    people: int
    verdicts: dict[str, int]
    reasons: dict[str, int]


class Members(NamedTuple):
    """Who comes into a set and who leaves it."""

    into: list[str]
    out: list[str]


def read(topic: str, key: bytes | None, value: bytes | None, at_ms: int) -> ReadModelChange:
    """The change that a record of one of KINDS makes; raises KeyMissing or pydantic's ValidationError."""
    kind, person = KINDS[topic], person_of(key)
    if value is None:
        return ReadModelChange(kind, person, None, at_ms)
    if kind == "decision":
        decision = SendDecision.loads(value)
        return ReadModelChange(kind, person, value, at_ms, decision.verdict, decision.reason)
    (EnrichedProfile if kind == "profile" else Email).loads(value)
    return ReadModelChange(kind, person, value, at_ms)


def person_of(key: bytes | None) -> str:
    """The person that a key names; raises KeyMissing."""
    if not key:
        raise KeyMissing("the record has no key")
    try:
        return key.decode()
    except UnicodeDecodeError:
        raise KeyMissing("the key is not UTF-8") from None


def latest(changes: Iterable[ReadModelChange]) -> list[ReadModelChange]:
    """The last change of every person and kind."""
    return list({(change.kind, change.person): change for change in changes}.values())


def sets_of(change: ReadModelChange) -> dict[str, bool]:
    """Every set that a change can touch, and whether the person is in it afterwards."""
    if change.kind == "profile":
        return {PEOPLE: change.value is not None}
    if change.kind == "decision":
        verdicts = {f"verdict:{name}": name == change.verdict for name in VERDICTS}
        return verdicts | {f"reason:{name}": name == change.reason for name in RULES}
    return {}


def memberships(changes: Iterable[ReadModelChange]) -> dict[str, Members]:
    """By set, who comes and who leaves; at most one change of a kind and person may be given."""
    found: dict[str, Members] = {}
    for change in changes:
        for name, inside in sets_of(change).items():
            members = found.setdefault(name, Members([], []))
            (members.into if inside else members.out).append(change.person)
    return found
