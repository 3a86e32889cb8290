"""The change that a record makes to the read model. Pure."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from schemas.decision import RuleName, SendDecision, Verdict
from schemas.mail import Email
from schemas.permissions import MailPause
from schemas.profile import EnrichedProfile
from workers.serve.timeline import INBOX, TimelineEntry, entry_of_decision, entry_of_mail

ChangeKind = Literal["profile", "decision", "mail", "pause"]
KINDS: dict[str, ChangeKind] = {
    "enriched-profiles": "profile",
    "send-decisions": "decision",
    "emails": "mail",
    "controls": "pause",
}
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
RULES: tuple[RuleName, ...] = get_args(RuleName)
TOPICS = (*KINDS, INBOX)  # all that is read
PEOPLE, PAUSED = "people", "paused"


class KeyMissing(ValueError):
    """The key of a record is missing or is not UTF-8, so it names no person."""


class ReadModelChange(NamedTuple):
    """The new profile, decision or mail of a person: the record's value as it is, None for a tombstone.

    `at_ms` is the record's time in epoch milliseconds; `verdict` and `reason` are those of a decision;
    `entry` is what the record adds to the person's timeline. Of a pause `person` is the subject, and `paused`
    whether it is one or the end of one.
    """

    kind: ChangeKind
    person: str
    value: bytes | None
    at_ms: int
    verdict: Verdict | None = None
    reason: RuleName | None = None
    paused: bool = False
    entry: TimelineEntry | None = None


class Totals(NamedTuple):
    """The number of people, of people by verdict, and of those who wait by reason."""

    people: int
    verdicts: dict[str, int]
    reasons: dict[str, int]


class MembershipChange(NamedTuple):
    """The people to add to a set and those to remove from it."""

    added: list[str]
    removed: list[str]


def decode_change(topic: str, key: bytes | None, value: bytes | None, at_ms: int) -> ReadModelChange:
    """The change of a record of one of the topics of KINDS; raises KeyMissing or ValidationError."""
    kind, person = KINDS[topic], person_of(key)
    if value is None:
        return ReadModelChange(kind, person, None, at_ms)
    if kind == "decision":
        decision = SendDecision.loads(value)
        entry = entry_of_decision(decision)
        return ReadModelChange(kind, person, value, at_ms, decision.verdict, decision.reason, entry=entry)
    if kind == "pause":
        return ReadModelChange(kind, person, value, at_ms, paused=MailPause.under(person, value).paused)
    if kind == "mail":
        mail = Email.loads(value)
        if mail.html is not None or mail.text is not None:  # Redis keeps a mail of everybody
            value = mail.without_parts().dumps()
        return ReadModelChange(kind, person, value, at_ms, entry=entry_of_mail(mail))
    EnrichedProfile.loads(value)
    return ReadModelChange(kind, person, value, at_ms)


def person_of(key: bytes | None) -> str:
    """The person of a record's key; raises KeyMissing."""
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
    """Every set that a change can affect, and whether the person is in it afterwards."""
    if change.kind == "profile":
        return {PEOPLE: change.value is not None}
    if change.kind == "decision":
        verdicts = {f"verdict:{name}": name == change.verdict for name in VERDICTS}
        return verdicts | {f"reason:{name}": name == change.reason for name in RULES}
    if change.kind == "pause":
        return {PAUSED: change.paused}
    return {}


def membership_changes(changes: Iterable[ReadModelChange]) -> dict[str, MembershipChange]:
    """The changes by set; `changes` may hold one change per kind and person."""
    by_set: dict[str, MembershipChange] = {}
    for change in changes:
        for name, inside in sets_of(change).items():
            members = by_set.setdefault(name, MembershipChange([], []))
            (members.added if inside else members.removed).append(change.person)
    return by_set
