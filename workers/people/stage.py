"""The stage `people`: facts in, a profile and decisions out."""

from collections.abc import Callable, Sequence

import msgspec

from schemas.decision import RuleName, SendDecision
from workers.people.decision.case import case_of, slot_end
from workers.people.decision.decide import judge, mail, wait
from workers.people.decision.slots import close_slot, engage, free_slot, slot_id, take_slot
from workers.people.fact_structs import read_fact
from workers.people.facts import signals, take
from workers.people.policy import Policy
from workers.people.profile.build import next_change, profile_fields
from workers.people.state import Kept, Last, Person
from workers.people.state_formats import PersonCodec
from workers.runtime.stage import Message, Output, Record, Stage, Tick

JOB_KINDS = ("job-view", "job-preference")
YEAR_3000 = 32_503_680_000_000  # a later time is no epoch milliseconds; it would hold decisions up
ENCODE = msgspec.json.Encoder().encode
Step = Callable[[Person | None, Message], tuple[Person | None, Sequence[Output]]]


def stage(policy: Policy) -> Stage[Person]:
    """The row of the stage, under a policy."""

    def step(state: Person | None, message: Message) -> tuple[Person | None, Sequence[Output]]:
        if isinstance(message, Record):
            return on_record(state, message)
        if state is None or not isinstance(message, Tick):
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
    state = state or Person(Kept(record.key))
    kept = state.kept
    said: list[Output] = []
    if fact.kind == "engagement":
        if fact.value is not None:
            engage(kept, fact.value)
    else:
        change = take(kept, fact)
        if change is None:
            return state, ()
        if fact.kind == "user":
            state.left = kept.user is None and (state.left or change.before is not None)
            if kept.user is None:
                close_slot(kept, fact.at)
        if fact.kind in JOB_KINDS:
            said = [Output("job-signals", kept.id, one) for one in signals(kept.id, fact.id, change)]
    kept.as_of = max(kept.as_of, record.now or 0, fact.at)
    kept.due = max(kept.due or 0, fact.at)
    state.changed = True
    return state, said


def on_tick(state: Person, tick: Tick, policy: Policy) -> Sequence[Output]:
    """Time has passed: decide anew, and say it when it differs from what was said."""
    kept = state.kept
    if tick.waiting:
        return on_waiting(kept, tick, policy)
    presumed = free_slot(kept, tick.now)
    change = None if kept.user is None else next_change(kept, kept.as_of, policy)
    if presumed or (change is not None and change <= tick.now):
        kept.as_of, state.changed = max(kept.as_of, tick.now), True
    if kept.due is not None and kept.due <= tick.now:
        kept.due = None
    return decide(kept, tick.now, (), policy)


def on_waiting(kept: Kept, tick: Tick, policy: Policy) -> Sequence[Output]:
    """Sources are missing: say so once, and stay due."""
    if kept.contact.slot is not None or kept.user is None:
        return ()
    if kept.due is None:
        kept.due = timer_of(kept, policy)
    return decide(kept, max(tick.now, kept.as_of), tick.waiting, policy)


def decide(kept: Kept, now: int, waiting: tuple[str, ...], policy: Policy) -> Sequence[Output]:
    """The decision at a time, as an output, if it is another one than the last."""
    case = case_of(kept, now, waiting, policy)
    if case is None:
        return withdraw(kept)
    if kept.last is not None and kept.last.id == slot_id(kept):
        return ()
    judgement = judge(case, policy)
    if judgement.verdict != "wait":
        decision = mail(kept, case, judgement, policy)
        take_slot(kept, now, policy)
    elif (judgement.reason, judgement.until) == said_last(kept):
        return ()
    else:
        decision = wait(kept, case, judgement, policy)
    kept.last = Last(decision.id, decision.verdict, decision.reason, judgement.until)
    return (said(decision),)


def said_last(kept: Kept) -> tuple[RuleName | None, int | None] | None:
    """Reason and end of the last decision, if that was to wait."""
    last = kept.last
    return (last.reason, last.until) if last is not None and last.verdict == "wait" else None


def said(decision: SendDecision) -> Output:
    """A decision as an output; only a mail's id is unique, a wait goes by the place where it was said."""
    id_ = decision.id if decision.slot is not None else None
    return Output("send-decisions", decision.person, decision, id=id_)


def withdraw(kept: Kept) -> Sequence[Output]:
    """The person is gone: so is the decision about them."""
    if kept.last is None:
        return ()
    kept.last = None
    return (Output("send-decisions", kept.id, None),)


def timer(state: Person, policy: Policy) -> int | None:
    """The earliest time at which something may change though nothing arrives."""
    return timer_of(state.kept, policy)


def timer_of(kept: Kept, policy: Policy) -> int | None:
    """As `timer`, of what is kept."""
    if kept.user is None:
        return kept.due if kept.last is not None else None
    times = [kept.due]
    if kept.user is not None:
        times.append(next_change(kept, kept.as_of, policy))
        times.append(kept.last.until if kept.last else None)
        times.append(slot_end(kept))
    return min((at for at in times if at is not None), default=None)


def view(state: Person, policy: Policy) -> Sequence[Output]:
    """The profile when this round changed it, a deletion when the user document went away in it."""
    if not state.changed:
        return ()
    kept = state.kept
    if kept.user is not None:
        fields = profile_fields(kept, kept.as_of, policy)
        return (Output("enriched-profiles", kept.id, ENCODE(fields)),)
    return (Output("enriched-profiles", kept.id, None),) if state.left else ()
