"""The reference job: decayed sums per user over JSON events, the same for every engine that was compared.

Events of some 210 bytes, 20,000 users (Zipf), 4 partitions; one record out per user and batch; state to a
changelog. `python -m tests.bench.worker reference` is its worker.
"""

import math
import random
from collections.abc import Iterator
from typing import Any

import msgspec

from workers.runtime.stage import Output, Stage, StepMessage

NAME, INPUT, OUTPUT = "reference", "ref-events", "ref-profiles"
CHANGELOG = f"{NAME}-{NAME}-changelog"
KINDS = ("view", "apply", "save", "order", "attend")
LN = math.log(2) / (14 * 86_400_000.0)
TOP = 16


class Event(msgspec.Struct, gc=False):
    """One event of the job."""

    event_id: str
    user_id: str
    kind: str
    occurred_at: int
    amount: float
    item_id: str
    tags: list[str]


class State(msgspec.Struct):
    """The state of a user: five decayed sums and the heaviest decayed tags."""

    user_id: str
    count: int
    last_at: int
    event_id: str
    kinds: dict[str, float]
    tags: dict[str, float]


class StateCodec:
    """States as JSON, the format of the other engines' runs."""

    encode = staticmethod(msgspec.json.Encoder().encode)
    decode = staticmethod(msgspec.json.Decoder(State).decode)


def new_state(user: str) -> State:
    """The state of a user before their first event."""
    return State(user, 0, 0, "", dict.fromkeys(KINDS, 0.0), {})


def fold(state: State, event: Event) -> None:
    """Closed-form exponential decay in event time (half-life 14 days); tags bounded to the heaviest."""
    kinds, tags, weight = state.kinds, state.tags, 1.0
    passed = event.occurred_at - state.last_at
    if passed > 0:
        if state.count:
            factor = math.exp(-LN * passed)
            for kind in kinds:
                kinds[kind] *= factor
            for tag in tags:
                tags[tag] *= factor
        state.last_at = event.occurred_at
    else:
        weight = math.exp(LN * passed)
    state.count += 1
    state.event_id = event.event_id
    kinds[event.kind] += event.amount * weight
    for tag in event.tags:
        tags[tag] = tags.get(tag, 0.0) + weight
    for _ in range(len(tags) - TOP):
        del tags[min(tags, key=lambda tag: (tags[tag], tag))]


def step(state: State | None, message: StepMessage) -> tuple[State, tuple[()]]:
    """Fold one event."""
    event: Event = message.value  # type: ignore[union-attr]
    state = state or new_state(event.user_id)
    fold(state, event)
    return state, ()


def view(state: State) -> tuple[Output, ...]:
    """The user's record, once per batch."""
    return (Output(OUTPUT, state.user_id, StateCodec.encode(state)),)


STAGE: Stage[Any] = Stage(
    name=NAME,
    inputs={INPUT: msgspec.json.Decoder(Event).decode},
    codec=StateCodec(),
    step=step,
    view=view,
)


def events(count: int, users: int = 20_000, seed: int = 7) -> Iterator[Event]:
    """The events, Zipf over the users, 30 days of event time."""
    import numpy as np  # not in the worker's process: it takes memory and time

    draw, dice = np.random.default_rng(seed), random.Random(seed)
    weights = 1.0 / (np.arange(users) + 10.0)
    chosen = draw.permutation(users)[draw.choice(users, count, p=weights / weights.sum())]
    step_ms = 30 * 86_400_000 / count
    for number in range(count):
        yield Event(
            event_id=f"{dice.getrandbits(64):016x}-{number:08x}-{dice.getrandbits(40):010x}",
            user_id=f"user-{chosen[number]:08d}",
            kind=KINDS[min(int(dice.random() ** 2 * 5), 4)],
            occurred_at=int(1_760_000_000_000 + number * step_ms + dice.randint(-60_000, 60_000)),
            amount=round(dice.random() * 100, 2),
            item_id=f"item-{dice.getrandbits(96):024x}",
            tags=[f"tag-{int(dice.random() ** 1.5 * 200):03d}" for _ in range(dice.randint(2, 3))],
        )
