"""The rules, one row each, in the order in which they are checked."""

from hashlib import blake2b

from schemas.permissions import MAIL
from workers.people.decision.case import Case
from workers.people.decision.contact_rules import (
    cap,
    cooldown,
    fatigue,
    has_caps,
    hours,
    outage,
    queued,
    ramp,
    slot,
)
from workers.people.decision.findings import Rule, RuleFinding
from workers.people.decision.questions import best_question
from workers.people.decision.wording import listed
from workers.people.policy import Policy

RESUMED_WITHIN_MS = 600_000  # after a pause has ended, people are decided on again over this time


def sources(case: Case, policy: Policy) -> RuleFinding:
    """Passes when every source has been read."""
    names = ", ".join(case.around.waiting)
    return RuleFinding(names or None, None, not names, f"{names} not read yet")


def address(case: Case, policy: Policy) -> RuleFinding:
    """Passes when there is an address to write to."""
    return RuleFinding("yes" if case.has_address else "no", None, case.has_address, "there is no address")


def suppressed(case: Case, policy: Policy) -> RuleFinding:
    """Passes unless the person unsubscribed or complained, or they or an address of theirs are suppressed."""
    by = case.suppressed_by
    because = "the person is on a list of people not to write to"
    return RuleFinding(by, None, by is None, because if by == "imported" else f"the person has {by}")


def bounced(case: Case, policy: Policy) -> RuleFinding:
    """Passes unless too many mails to the address came back, and none was read since."""
    passed, said = case.bounces < policy.most_bounces, f"{listed(case.bounces, 'mail')} came back"
    return RuleFinding(said, f"{policy.most_bounces}", passed, said)


def consent(case: Case, policy: Policy) -> RuleFinding:
    """Passes unless the person refused mails, or agreed to none where that is needed."""
    given = case.consents.get(MAIL)
    said = {True: "given", False: "refused", None: "unknown"}[given]
    passed = policy.consent.unknown == "allowed" if given is None else given
    because = "it is not known that the person agreed" if given is None else "the person refused"
    return RuleFinding(said, f"unknown is {policy.consent.unknown}", passed, because)


def team(case: Case, policy: Policy) -> RuleFinding:
    """Passes unless the person is on the team and the policy excludes the team."""
    passed = policy.write_to_team or not case.on_team
    return RuleFinding("yes" if case.on_team else "no", None, passed, "the person is on the team")


def paused(case: Case, policy: Policy) -> RuleFinding:
    """Passes unless mails to everybody or to this person are held back.

    The end of a pause of all is not known to a person: they look again after a time of their own, so that
    not all are decided on at once.
    """
    person_paused, until = case.pause
    if "all" in case.around.paused:
        spread = int(RESUMED_WITHIN_MS * (0.5 + share_of(case.person, "paused") / 2))
        return RuleFinding("all", None, False, "all mails are paused", case.at + spread, is_look=True)
    if person_paused and (until is None or case.at < until):
        return RuleFinding("person", None, False, "mails to this person are paused", until)
    return RuleFinding("no", None, True, "nothing is paused")


def hold_out(case: Case, policy: Policy) -> RuleFinding:
    """Passes unless the person is in the share of the season that gets no mail, to measure by."""
    share, season = policy.hold_out.share, policy.hold_out.season
    own = share_of(case.person, season)
    because = f"the person is in the hold-out of the season {season}"
    return RuleFinding(f"{own:.4f}", f"from {share}", own >= share, because)


def share_of(person: str, season: str) -> float:
    """A number from 0 to below 1 that a person has for a season: always the same, and like a random one."""
    digest = blake2b(f"{season}\n{person}".encode(), digest_size=7).digest()
    return int.from_bytes(digest) / 256**7


def enough_fields(case: Case, policy: Policy) -> RuleFinding:
    """Passes when enough required fields have a value to write personally."""
    passed, known = case.filled >= policy.enough, f"{case.filled} of {len(policy.required_fields)} fields"
    because = "enough is known" if passed else f"{known} are known, {policy.enough} are needed"
    return RuleFinding(known, str(policy.enough), passed, because)


def question(case: Case, policy: Policy) -> RuleFinding:
    """Passes when so few required fields have a value that a mail asks for one."""
    asked = best_question(case.missing, policy)
    passed = case.filled < policy.ask_below and asked is not None
    because = "nothing is left to ask" if asked is None else asked.because(case.filled, policy)
    return RuleFinding(asked and asked.field, f"below {policy.ask_below}", passed, because)


RULES: tuple[Rule, ...] = (
    Rule("sources", sources),
    Rule("address", address),
    Rule("suppressed", suppressed),
    Rule("bounced", bounced, used=lambda policy: policy.most_bounces > 0),
    Rule("consent", consent),
    Rule("team", team),
    Rule("paused", paused),
    Rule("hold-out", hold_out, used=lambda policy: policy.hold_out.share > 0),
    Rule("slot", slot),
    Rule("queued", queued, used=lambda policy: policy.queued_messages == "wait"),
    Rule("cooldown", cooldown),
    Rule("cap", cap, used=has_caps),
    Rule("fatigue", fatigue, used=lambda policy: policy.fatigue.ignored > 0),
    Rule("hours", hours, used=lambda policy: policy.has_hours),
    Rule("enough-fields", enough_fields, verdict="send"),
    Rule("question", question, verdict="ask"),
)
# these two are asked when all others say that a mail is due
OUTAGE, RAMP = Rule("outage", outage), Rule("ramp", ramp)

_USED: dict[str, tuple[Rule, ...]] = {}  # by the version of the policy


def rules_of(policy: Policy) -> tuple[Rule, ...]:
    """The rules that are used under a policy, in their order."""
    used = _USED.get(policy.version)
    if used is None:
        used = _USED[policy.version] = tuple(rule for rule in RULES if rule.used(policy))
    return used
