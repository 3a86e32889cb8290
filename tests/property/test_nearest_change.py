"""The nearest change that `explain` names makes the other decision, when it is really made."""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.property.contact_history import DAY_MS, PERSON, START, user
from tests.property.contact_strategies import policies
from tests.unit.people.person_facts import fact
from workers.people.contact_state import Permissions, StoredConsent, StoredPause, StoredSuppression
from workers.people.decision.case import Circumstances, case_of
from workers.people.decision.decide import Judgement, KnownFields, judge
from workers.people.decision.nearest_change import CaseChange, nearest_change
from workers.people.facts import apply_fact
from workers.people.policy import Policy
from workers.people.state import StoredMessage, StoredPerson

VALUES: dict[str, Any] = {"age": 30, "interests": ["tea"], "occupation": "cook", "cuisine_preference": ["x"]}


@st.composite
def people(draw: st.DrawFn) -> StoredPerson:
    """Somebody with any fields, contacts and permissions."""
    stored = StoredPerson(PERSON, as_of=START)
    known = draw(st.sets(st.sampled_from(sorted(VALUES))))
    document = user(1, "UTC") | {name: VALUES[name] for name in known}
    document["email"] = draw(st.sampled_from(("a@x.jp", "a@x.jp", None)))
    document["is_team_member"] = draw(st.sampled_from((False, False, True)))
    document["mail_consent"] = draw(st.sampled_from((None, None, True, False)))
    document["mail_consent_at"] = draw(st.sampled_from((None, START / 1000)))
    apply_fact(stored, fact("user", 0, document, 1))
    for number in range(draw(st.integers(0, 3))):
        at = START - draw(st.integers(0, 40)) * DAY_MS
        stored.messages[str(number)] = StoredMessage((1, 1), draw(st.booleans()), at)
    if draw(st.booleans()):
        stored.permissions = draw(permissions())
    stored.contact.bounced = draw(st.sampled_from(({}, {}, {"a:1": 1, "a:2": 1, "a:3": 1})))
    return stored


@st.composite
def permissions(draw: st.DrawFn) -> Permissions:
    """A suppression, a refusal, a pause: some of them."""
    made = Permissions()
    if draw(st.booleans()):
        made.suppressions["s"] = StoredSuppression((1, 1), "imported")
    if draw(st.booleans()):
        made.consents["c"] = StoredConsent((1, 1), "mail", draw(st.booleans()), START)
    if draw(st.booleans()):
        made.pauses["p"] = StoredPause((1, 1), True, draw(st.sampled_from((None, START + DAY_MS))))
    return made


def judged(stored: StoredPerson, at: int, policy: Policy, around: Circumstances) -> Judgement:
    case = case_of(stored, at, around, policy)
    assert case is not None
    return judge(case, policy, KnownFields(stored, at, policy))


@given(people(), policies(), st.sampled_from(((), ("all",))), st.sampled_from(("ignore", "wait")))
def test_the_nearest_change_makes_another_decision(
    stored: StoredPerson, policy: Policy, paused: tuple[str, ...], queued: Any
) -> None:
    """Made in the state of the person, not in the case."""
    policy = policy.model_copy(update={"queued_messages": queued, "write_to_team": False})
    around = Circumstances(paused=paused)
    case = case_of(stored, START, around, policy)
    assert case is not None
    before = judged(stored, START, policy, around)
    change = nearest_change(case, policy, KnownFields(stored, START, policy))
    assume(change is not None)
    assert change is not None
    around = make(change, stored, around)
    after = judged(stored, change.until or START, policy, around)
    assert after.verdict == change.gives != before.verdict


def make(change: CaseChange, stored: StoredPerson, around: Circumstances) -> Circumstances:
    """CaseChange the person, or what is around them, as the change says."""
    user_of, known = stored.user, stored.permissions or Permissions()
    assert user_of is not None
    stored.permissions = known
    match change.name:
        case "field":
            assert change.field is not None
            stored.user = replace(user_of, **{change.field: VALUES[change.field]})
        case "address":
            stored.user = replace(user_of, email="b@x.jp")
        case "not-on-team":
            stored.user = replace(user_of, is_team_member=False)
        case "suppression-removed":
            known.suppressions.clear()
        case "consent":
            stored.user = replace(user_of, mail_consent=True)
            known.consents["new"] = StoredConsent((2, 1), "mail", True, START + 1)
        case "resumed":
            known.pauses.clear()
            return Circumstances()
        case "delivery":
            stored.contact.bounced.clear()
        case "queue-empty":
            stored.messages = {key: replace(each, queued=False) for key, each in stored.messages.items()}
        case "contact":
            stored.messages["new"] = StoredMessage((2, 1), False, START)
        case _:
            assert change.name == "time"
    return around


def test_somebody_who_is_held_back_by_two_things_has_no_single_change() -> None:
    """A hold-out is nobody's to change."""
    stored = StoredPerson(PERSON, as_of=START)
    apply_fact(stored, fact("user", 0, user(0, "UTC"), 1))
    policy = Policy.model_validate({"hold_out": {"share": 1}})
    case = case_of(stored, START, Circumstances(), policy)
    assert case is not None
    assert nearest_change(case, policy, KnownFields(stored, START, policy)) is None
