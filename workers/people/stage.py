"""The stage `people`: facts in, profiles, decisions and job signals out."""

from collections.abc import Sequence
from typing import Any

import msgspec

from schemas.fact_base import YEAR_3000, check_time_of_fact
from schemas.mail import Engagement
from schemas.model import to_epoch_ms
from workers.people.decision.case import Circumstances, slot_end
from workers.people.decision.contact_memory import remember_message, replace_impossible_times
from workers.people.decision.deciding import LIVE, Launch, decide
from workers.people.decision.lateness import held_until
from workers.people.decision.measuring import awaited_since, measured
from workers.people.decision.other_decisions import agree
from workers.people.decision.slots import (
    apply_engagement,
    release_deleted_users_slot,
    release_expired_slot,
)
from workers.people.fact_structs import read_fact
from workers.people.facts import apply_fact
from workers.people.job_signals import apply_job_fact
from workers.people.keys import shorten
from workers.people.policy import Policy
from workers.people.profile.build import next_change, profile_fields
from workers.people.profile.days import DAY_MS
from workers.people.profile.shorten import encode_profile
from workers.people.reported_times import is_far_from
from workers.people.state import PersonState, StoredPerson
from workers.people.state_formats import PersonCodec
from workers.people.stored_facts import claimed_sending
from workers.runtime.stage import (
    Action,
    Irregularity,
    Output,
    Record,
    Stage,
    StepMessage,
    TimerFired,
)

AHEAD_OF_WATERMARK_MS = 30 * DAY_MS
JOB_KINDS = ("job-view", "job-preference", "interaction")
NO_VALUE = Irregularity("no-value")  # the topic holds no deletions
TIME_REPLACED = Irregularity("time-replaced")
SLOT_EXPIRED = Irregularity("slot-expired")  # a decision of which nothing was heard while it held
NO_EFFECT = Irregularity("no-effect")  # an outcome that is repeated, contradicted, or of no known decision
ENCODE = msgspec.msgpack.Encoder().encode


def stage(policy: Policy, launch: Launch = LIVE) -> Stage[PersonState]:
    """The stage under a policy."""

    def step(state: PersonState | None, message: StepMessage) -> tuple[PersonState | None, Sequence[Action]]:
        if isinstance(message, Record):
            return on_record(state, message)
        if state is None or not isinstance(message, TimerFired):
            return state, ()
        return state, on_timer(state, message, policy, launch)

    return Stage(
        name="people",
        inputs={"inbox": read_fact},
        codec=PersonCodec(),
        step=step,
        timer=lambda state: next_timer(state.stored, policy, state.change),
        view=lambda state: view(state, policy),
    )


def on_record(state: PersonState | None, record: Record) -> tuple[PersonState | None, Sequence[Action]]:
    """Apply a fact; a decision is due when the watermark reaches the time of the newest fact.

    What is ignored, or whose time is replaced, is counted.
    """
    fact = record.value
    if fact is None:
        return state, (NO_VALUE,)
    if state is not None:
        state.change = None
    at = fact.at
    if not 0 <= at < YEAR_3000:
        at = time_of_fact(fact, record.watermark)
    state = state or PersonState(StoredPerson(record.key))
    now = max(record.watermark or 0, at)
    actions = _apply(state, record, now)
    if isinstance(actions, Irregularity):
        return state, (actions,)
    if move_time(state.stored, at, record.watermark) or at != fact.at:
        actions = (*actions, TIME_REPLACED)
    if record.is_first_reading and not state.user_deleted:
        state.stored.unsaid = True  # else it would be said once for every source
    else:
        state.profile_changed = True
    return state, actions


def time_of_fact(fact: Any, watermark: int | None) -> int:
    """The time of a fact; ValueError for one that is no time in epoch milliseconds.

    An outcome of a mail is never refused for its time, because another mail would follow: it has the time of
    the watermark.
    """
    at: int = fact.at
    try:
        check_time_of_fact(at)
    except ValueError:
        if fact.kind != "engagement":
            raise
        return watermark or 0
    return at


def move_time(stored: StoredPerson, at: int, watermark: int | None) -> bool:
    """Move `as_of` and `due` to the time of a fact, if it is later; True if its time was replaced.

    A time that is more than AHEAD_OF_WATERMARK_MS ahead counts as the watermark, also one that was stored
    before: it is a wrong one, and no decision waits for it. If it is right, the watermark is so late that a
    decision is no longer valid when it is made.
    """
    due, as_of, claimed = stored.due or 0, stored.as_of, at
    if watermark is not None:
        latest = watermark + AHEAD_OF_WATERMARK_MS
        if at > latest or due > latest or as_of > latest:
            at, due, as_of = (time if time <= latest else watermark for time in (at, due, as_of))
        if watermark > as_of:
            as_of = watermark
    stored.as_of = at if at > as_of else as_of
    stored.due = at if at > due else due
    return at != claimed


def _apply(state: PersonState, record: Record, now: int) -> Sequence[Action] | Irregularity:
    """Apply a fact of any kind and return what follows; what it is counted as if the fact is ignored.

    `now` is the fleet's time when the fact is read: the watermark, or the fact's own time if that is later.
    """
    stored, fact = state.stored, record.value
    if fact.kind == "engagement":
        return () if fact.value is None else engagement(stored, fact.value, now)
    if fact.kind in JOB_KINDS:
        return apply_job_fact(stored, fact, record)
    change = apply_fact(stored, fact)
    if isinstance(change, Irregularity):
        return change
    if fact.kind == "user":
        state.user_deleted = stored.user is None and (state.user_deleted or change.before is not None)
        if change.before is None or change.after is None or change.before.email != change.after.email:
            stored.contact.bounced.clear()  # they came back from another address
        if stored.user is None:
            release_deleted_users_slot(stored, now)
            stored.resume, stored.answers = None, {}  # nothing else would ever take them back
    if fact.kind == "message":
        claimed_at = None if fact.value is None else claimed_sending(fact.value)
        remember_message(stored, shorten(fact.id, "messages/"), change, claimed_at, now)
    return ()


def engagement(stored: StoredPerson, outcome: Engagement, now: int) -> Sequence[Irregularity]:
    """Apply the outcome of a mail, in place; it is counted if it changes nothing, or for a wrong time."""
    before = ENCODE(stored.contact)
    agree(stored, outcome, now)
    apply_engagement(stored, outcome, now)
    counted = [TIME_REPLACED] if is_far_from(to_epoch_ms(outcome.at), now) else []
    if outcome.outcome != "clicked" and ENCODE(stored.contact) == before:
        counted.append(NO_EFFECT)
    return counted


def on_timer(
    state: PersonState, timer: TimerFired, policy: Policy, launch: Launch = LIVE
) -> Sequence[Action]:
    """Decide at the watermark; the profile has changed if a time has passed at which it changes by itself.

    A slot that is released because nothing was heard of it is counted.
    """
    stored, at = state.stored, timer.watermark
    since = awaited_since(stored, at)
    state.profile_changed, stored.unsaid = state.profile_changed or stored.unsaid, False
    held = held_until(stored, at) if launch.is_live and launch.is_paced else None
    around = Circumstances(timer.waiting, timer.paused, launch.is_live and launch.is_ramped, held)
    if timer.waiting:
        return on_missing_sources(stored, at, around, policy, launch)
    replace_impossible_times(stored, max(stored.as_of, at))
    was_open = stored.contact.slot is not None
    contact_assumed = release_expired_slot(stored, at)
    change = None if stored.user is None else next_change(stored, stored.as_of, policy)
    state.change = (stored.as_of, change)
    if contact_assumed or (change is not None and change <= at):
        stored.as_of = max(stored.as_of, at)
        state.profile_changed = True
    if stored.due is not None and stored.due <= at:
        stored.due = None
    counted = (SLOT_EXPIRED,) if was_open and stored.contact.slot is None else ()
    decided = decide(stored, at, around, policy, launch)
    return (*counted, *decided, *measured(decided, since))


def on_missing_sources(
    stored: StoredPerson, at: int, around: Circumstances, policy: Policy, launch: Launch
) -> Sequence[Action]:
    """Decide to wait for the sources that are not ready; the person stays due."""
    if stored.contact.slot is not None or stored.user is None:
        return ()
    if stored.due is None:
        stored.due = next_timer(stored, policy)
    decided = decide(stored, max(at, stored.as_of), around, policy, launch)
    return (*decided, *measured(decided, None))


def next_timer(
    stored: StoredPerson, policy: Policy, known: tuple[int, int | None] | None = None
) -> int | None:
    """The earliest time at which the profile or the decision may change without a new fact.

    `known` is the next change of the profile after a time, if it was computed before.
    """
    if stored.user is None:
        return stored.due if stored.last_decision is not None else None
    change = None
    if known is not None and known[0] == stored.as_of:
        change = known[1]
    elif stored.due is None or stored.due > stored.as_of:  # else that comes before every change
        change = next_change(stored, stored.as_of, policy)
    times = (
        stored.due,
        change,
        stored.last_decision.until if stored.last_decision else None,
        stored.last_decision.look_at if stored.last_decision else None,
        slot_end(stored),
    )
    return min((at for at in times if at is not None), default=None)


def view(state: PersonState, policy: Policy) -> Sequence[Output]:
    """The profile if it changed in this round; a deletion if the user document was deleted in it."""
    if not state.profile_changed:
        return ()
    stored = state.stored
    if stored.user is not None:
        data = encode_profile(profile_fields(stored, stored.as_of, policy))
        return (Output("enriched-profiles", stored.id, data),)
    return (Output("enriched-profiles", stored.id, None),) if state.user_deleted else ()
