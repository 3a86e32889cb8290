"""A what-if run of a policy against itself has no difference, and a stream is read as the whole inbox is."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.mail import Outcome
from tests.unit.commands.recorded import Recorded, RecordedReader
from workers.commands.recorded_inbox import RecordedInbox, in_batches
from workers.commands.replay_comparison import ReplayComparison, fleet_of
from workers.commands.what_if_run import WhatIf
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.records import ConsumerRecord

PEOPLE = ("a", "b", "c")
OUTCOMES: tuple[Outcome, ...] = ("written", "sent", "failed", "bounced", "clicked", "unsubscribed")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("user"), st.sampled_from(PEOPLE), st.booleans()),
        st.tuples(st.just("outcome"), st.sampled_from(PEOPLE), st.integers(1, 6), st.sampled_from(OUTCOMES)),
        st.tuples(st.just("order"), st.sampled_from(PEOPLE), st.integers(1, 9)),
        st.tuples(st.just("days"), st.floats(0, 9)),
    ),
    max_size=40,
)
policies = st.builds(
    Policy, cooldown_days=st.integers(0, 20), ask_below=st.integers(0, 3), valid_hours=st.integers(1, 48)
)


def recorded(actions: list[Any]) -> Recorded:
    """An inbox of these actions; time passes with `days` only, watermarks every twelve hours."""
    inbox, day = Recorded(), 0.0
    for action in actions:
        match action:
            case ("user", person, known):
                inbox.user(person, day, **({} if known else {"interests": [], "age": None}))
            case ("outcome", person, number, outcome):
                inbox.outcome(f"{person}:{number}", outcome, day)
            case ("order", person, number):
                inbox.fact("order", f"orders/{number}", person, {"id": str(number), "user_id": person}, day)
            case (_, days):
                inbox.mark(*(day + half / 2 for half in range(int(days * 2) + 1)))
                day += days
    return inbox.mark(day, day + 1)


@given(steps, policies, st.integers(1, 50))
def test_a_policy_against_itself_makes_no_difference(actions: list[Any], policy: Policy, size: int) -> None:
    """Whatever was recorded, of whatever decisions."""
    run = WhatIf(policy, policy)
    for batch in in_batches(recorded(actions).records, size):
        run.feed(batch)

    assert run.affected.count == 0
    assert vars(run.current) == vars(run.new)


@given(steps, policies, policies, st.integers(1, 50))
def test_the_size_of_batches_changes_nothing(
    actions: list[Any], current: Policy, new: Policy, size: int
) -> None:
    """And both sides are what each policy makes alone, though they share the facts."""
    inbox = recorded(actions)
    runs = []
    for policies_of_run, batch_size in (
        ((current, new), size),
        ((current, new), 10_000),
        ((new, new), 10_000),
    ):
        run = WhatIf(*policies_of_run)
        for batch in in_batches(inbox.records, batch_size):
            run.feed(batch)
        runs.append(run)

    streamed, whole, alone = runs
    assert vars(streamed.current) == vars(whole.current)
    assert vars(streamed.new) == vars(whole.new) == vars(alone.current)
    assert streamed.affected.sample() == whole.affected.sample()


@given(steps, policies, st.integers(1, 50))
def test_a_streamed_replay_is_the_replay_of_the_whole(actions: list[Any], policy: Policy, size: int) -> None:
    """Its digests are those of the last profiles and of all mails that one feed of everything gives."""
    inbox, topics = recorded(actions), dict[str, list[ConsumerRecord]]()
    for written in Replay(stage(policy)).feed(inbox.records):
        rows = topics.setdefault(written.topic, [])
        rows.append(ConsumerRecord(written.topic, 0, len(rows), written.key, written.value, written.at))
    reader: Any = RecordedReader(inbox, topics)
    comparison, runner = ReplayComparison(fleet_of(reader)), Replay(stage(policy))
    for batch in RecordedInbox(reader).batches(size):
        comparison.fold(runner.feed(batch[0]))

    assert comparison.different() == []
