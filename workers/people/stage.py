"""The stage `people`: facts in, a profile and decisions out."""

from collections.abc import Callable, Sequence

import msgspec

from schemas.decision import RuleName, SendDecision
from workers.people.decision.case import case_of, slot_end
from workers.people.decision.decide import judge, mail, wait
from workers.people.decision.slots import close_slot, engage, free_slot, slot_id, take_slot
from workers.people.fact_structs import read_fact
from workers.people.facts import apply_fact, signals
from workers.people.policy import Policy
from workers.people.profile.build import next_change, profile_fields
from workers.people.state import Last, Person, StoredPerson
from workers.people.state_formats import PersonCodec
from workers.runtime.stage import Message, Output, Record, Stage, TimerFired

JOB_KINDS = ("job-view", "job-preference")
YEAR_3000 = 32_503_680_000_000  # a later time is no epoch milliseconds; it would hold decisions up
ENCODE = msgspec.json.Encoder().encode
Step = Callable[[Person | None, Message], tuple[Person | None, Sequence[Output]]]


def stage(policy: Policy) -> Stage[Person]:
    """The row of the stage, under a policy."""

    def step(state: Person | None, message: Message) -> tuple[Person | None, Sequence[Output]]:
        if isinstance(message, Record):
            return on_record(state, message)
        if state is None or not isinstance(message, TimerFired):
            return state, ()
        return state, on_tick(state, message, policy)

    return Stage(
        name="people",
        inputs={"inbox": read_fact},
        codec=PersonCodec(),
        step=step,
        timer=lambda state: timer(state, policy),
        view=lambda state: view(state, policy),
    )


def on_record(state: Person | None, record: Record) -> tuple[Person | None, Sequence[Output]]:
    """A fact comes in; the person is due for a decision when all sources have been read up to it."""
    fact = record.value
    if fact is None:
        return state, ()
    if not 0 <= fact.at < YEAR_3000:
        raise ValueError(f"at: {fact.at} is no time in epoch milliseconds")
    state = state or Person(StoredPerson(record.key))
    stored = state.stored
    said: list[Output] = []
    if fact.kind == "engagement":
        if fact.value is not None:
            engage(stored, fact.value)
    else:
        change = apply_fact(stored, fact)
        if change is None:
            return state, ()
        if fact.kind == "user":
            state.left = stored.user is None and (state.left or change.before is not None)
            if stored.user is None:
                close_slot(stored, fact.at)
        if fact.kind in JOB_KINDS:
            said = [Output("job-signals", stored.id, one) for one in signals(stored.id, fact.id, change)]
    stored.as_of = max(stored.as_of, record.watermark or 0, fact.at)
    stored.due = max(stored.due or 0, fact.at)
    state.changed = True
    return state, said


def on_tick(state: Person, tick: TimerFired, policy: Policy) -> Sequence[Output]:
    """Time has passed: decide anew, and say it when it differs from what was said."""
    stored = state.stored
    if tick.waiting:
        return on_waiting(stored, tick, policy)
    assumed_sent = free_slot(stored, tick.watermark)
    change = None if stored.user is None else next_change(stored, stored.as_of, policy)
    if assumed_sent or (change is not None and change <= tick.watermark):
        stored.as_of, state.changed = max(stored.as_of, tick.watermark), True
    if stored.due is not None and stored.due <= tick.watermark:
        stored.due = None
    return decide(stored, tick.watermark, (), policy)


def on_waiting(stored: StoredPerson, tick: TimerFired, policy: Policy) -> Sequence[Output]:
    """Sources are missing: say so once, and stay due."""
    if stored.contact.slot is not None or stored.user is None:
        return ()
    if stored.due is None:
        stored.due = timer_of(stored, policy)
    return decide(stored, max(tick.watermark, stored.as_of), tick.waiting, policy)


def decide(stored: StoredPerson, now: int, waiting: tuple[str, ...], policy: Policy) -> Sequence[Output]:
    """The decision at a time, as an output, if it is another one than the last."""
    case = case_of(stored, now, waiting, policy)
    if case is None:
        return withdraw(stored)
    if stored.last is not None and stored.last.id == slot_id(stored):
        return ()
    judgement = judge(case, policy)
    if judgement.verdict != "wait":
        decision = mail(stored, case, judgement, policy)
        take_slot(stored, now, policy)
    elif (judgement.reason, judgement.until) == said_last(stored):
        return ()
    else:
        decision = wait(stored, case, judgement, policy)
    stored.last = Last(decision.id, decision.verdict, decision.reason, judgement.until)
    return (said(decision),)


def said_last(stored: StoredPerson) -> tuple[RuleName | None, int | None] | None:
    """Reason and end of the last decision, if that was to wait."""
    last = stored.last
    return (last.reason, last.until) if last is not None and last.verdict == "wait" else None


def said(decision: SendDecision) -> Output:
    """A decision as an output; only a mail's id is unique, a wait goes by the place where it was said."""
    id_ = decision.id if decision.slot is not None else None
    return Output("send-decisions", decision.person, decision, id=id_)


def withdraw(stored: StoredPerson) -> Sequence[Output]:
    """The person is gone: so is the decision about them."""
    if stored.last is None:
        return ()
    stored.last = None
    return (Output("send-decisions", stored.id, None),)


def timer(state: Person, policy: Policy) -> int | None:
    """The earliest time at which something may change though nothing arrives."""
    return timer_of(state.stored, policy)


def timer_of(stored: StoredPerson, policy: Policy) -> int | None:
    """As `timer`, of what is kept."""
    if stored.user is None:
        return stored.due if stored.last is not None else None
    times = [stored.due]
    if stored.user is not None:
        times.append(next_change(stored, stored.as_of, policy))
        times.append(stored.last.until if stored.last else None)
        times.append(slot_end(stored))
    return min((at for at in times if at is not None), default=None)


def view(state: Person, policy: Policy) -> Sequence[Output]:
    """The profile when this round changed it, a deletion when the user document went away in it."""
    if not state.changed:
        return ()
    stored = state.stored
    if stored.user is not None:
        fields = profile_fields(stored, stored.as_of, policy)
        return (Output("enriched-profiles", stored.id, ENCODE(fields)),)
    return (Output("enriched-profiles", stored.id, None),) if state.left else ()
