"""The ramp: on the first days after the first request only so many people may be written to. Pure.

All requests are in one partition and meet in one state, so that a day's limit holds over the whole fleet.
Days are those of UTC, by the time of the request; a day never goes back. After the last limit there is none.

Every request is answered once: its record is not read again after the state that has counted it was stored,
and before that the same state gives the same answer. `people` may make a request again after a crash, as a
record of its own: a grant of the day is remembered and repeated, and a refusal is the same all day, since it
counts nothing. Beyond MAX_REMEMBERED grants, and after midnight, a request that is repeated counts once more:
fewer people are written to then, never more.
"""

from collections.abc import Callable, Sequence
from hashlib import blake2b

import msgspec

from schemas.contact_facts import GrantFact
from schemas.fact_base import check_time_of_fact
from schemas.model import from_epoch_ms, to_epoch_ms
from schemas.ramp import SendGrant, SendRequest
from workers.runtime.codec import StructCodec
from workers.runtime.stage import Action, Output, Record, Stage, StepMessage

DAY_MS, GRANT_MS = 86_400_000, 3_600_000
MAX_REMEMBERED = 2_000  # grants of the day; the oldest are forgotten first
KEY = "ramp"


class StoredGrantOfDay(msgspec.Struct, array_like=True, frozen=True):
    """A grant of the present day: to which request of the person, and until when (epoch milliseconds)."""

    number: int
    until: int


class RampState(msgspec.Struct, array_like=True):
    """The days are counted since 1970.

    `granted` counts the grants of `day`, `grants` has the last ones by person.
    """

    first_day: int
    day: int
    granted: int = 0
    grants: dict[str, StoredGrantOfDay] = {}


def ramp_stage(limits: Sequence[int]) -> Stage[RampState]:
    """The stage `ramp` with the limits of the first days (none: everybody may be written to)."""
    return Stage(
        name="ramp",
        inputs={"send-requests": SendRequest.loads},
        codec=StructCodec(RampState),
        step=ramp_step(limits),
        key=lambda record: KEY,
    )


def ramp_step(
    limits: Sequence[int],
) -> Callable[[RampState | None, StepMessage], tuple[RampState | None, Sequence[Action]]]:
    """The step of the stage."""

    def step(state: RampState | None, message: StepMessage) -> tuple[RampState | None, Sequence[Action]]:
        if not isinstance(message, Record) or message.value is None:
            return state, ()
        request: SendRequest = message.value
        at = min(to_epoch_ms(request.at), message.at)
        check_time_of_fact(at)
        state = on_day(state, at // DAY_MS)
        return state, (answer(request, at, *decide(state, request, at, limits)),)

    return step


def on_day(state: RampState | None, day: int) -> RampState:
    """The state on a day: on a later one than before nothing is granted yet."""
    if state is None:
        return RampState(day, day)
    if day > state.day:
        state.day, state.granted, state.grants = day, 0, {}
    return state


def decide(state: RampState, request: SendRequest, at: int, limits: Sequence[int]) -> tuple[bool, int]:
    """Whether a request at a time (epoch ms) is granted, and until when that holds; counts a new grant."""
    known, person = state.grants.get(request.person), request.person
    if known is not None and known.number == request.number:
        return True, known.until
    tomorrow, number = (state.day + 1) * DAY_MS, state.day - state.first_day
    if number < len(limits) and state.granted >= limits[number]:
        return False, tomorrow + spread(person)
    until = min(max(at, state.day * DAY_MS) + GRANT_MS, tomorrow)
    if number < len(limits):
        state.granted += 1
        state.grants.pop(person, None)
        state.grants[person] = StoredGrantOfDay(request.number, until)
        while len(state.grants) > MAX_REMEMBERED:
            del state.grants[next(iter(state.grants))]
    return True, until


def spread(person: str) -> int:
    """A time of day (ms) for a person, so that not all ask again at midnight."""
    return int.from_bytes(blake2b(person.encode(), digest_size=8).digest()) % DAY_MS


def answer(request: SendRequest, at: int, granted: bool, until: int) -> Output:
    """The answer for the inbox of the person; its version grows with the number of the request."""
    version = (0, request.number)
    value = SendGrant(
        person=request.person, number=request.number, granted=granted, until=from_epoch_ms(until)
    )
    fact = GrantFact(id=f"grants/{request.person}", version=version, at=at, value=value)
    return Output("inbox", request.person, fact, version, f"{fact.id}@{request.number}")
