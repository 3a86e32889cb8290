"""The ramp of the first days: how many are granted on each, and what a request that is repeated gets."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.contact_facts import GrantFact
from schemas.model import from_epoch_ms, to_epoch_ms
from schemas.ramp import SendGrant, SendRequest
from workers.route.ramp import DAY_MS, GRANT_MS, MAX_REMEMBERED, RampState, ramp_stage
from workers.runtime.stage import Output, Record, Stage

MIDNIGHT = 1_707_523_200_000
NOON = MIDNIGHT + DAY_MS // 2


class Ramp:
    """The stage, with its state stored and read again between two requests."""

    def __init__(self, *limits: int) -> None:
        self.stage: Stage[RampState] = ramp_stage(limits)
        self.state: bytes | None = None
        self.offset = 0

    def ask(self, person: str, number: int = 1, at: int = NOON, written_at: int | None = None) -> SendGrant:
        value = SendRequest(person=person, number=number, at=from_epoch_ms(at))
        time = at if written_at is None else written_at
        record = Record("send-requests", 0, self.offset, person, value, (0, self.offset), time)
        state = None if self.state is None else self.stage.codec.decode(self.state)
        state, (output,) = self.stage.step(state, record)
        assert state is not None
        assert isinstance(output, Output)
        assert isinstance(output.value, GrantFact)
        assert output.value.value is not None
        self.state, self.offset = self.stage.codec.encode(state), self.offset + 1
        self.fact = output.value
        return output.value.value

    def granted(self, people: Any, at: int) -> int:
        """How many of some people are granted a request at a time."""
        return sum(self.ask(person, at=at).granted for person in people)


def test_each_day_has_its_limit_and_after_the_last_there_is_none() -> None:
    """The days are those of the calendar, in UTC, also those on which nobody asks."""
    ramp = Ramp(2, 3, 1)
    people = [f"p{number}" for number in range(20)]

    days = (MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + DAY_MS + 5, MIDNIGHT + 2 * DAY_MS)
    assert [ramp.granted(people, at) for at in days] == [2, 3, 1, 20]
    skipping = Ramp(2, 3, 1)
    assert [skipping.granted(people, at) for at in (NOON, NOON + 2 * DAY_MS)] == [2, 1]


def test_without_limits_everybody_is_granted() -> None:
    assert Ramp().granted(range(50), NOON) == 50


def test_a_grant_holds_for_an_hour_and_not_beyond_its_day() -> None:
    """So that it is not used on the next, which has its own limit."""
    ramp = Ramp(9)
    untils = [to_epoch_ms(ramp.ask(str(at), at=at).until) for at in (NOON, MIDNIGHT + DAY_MS - 1)]

    assert untils == [NOON + GRANT_MS, MIDNIGHT + DAY_MS]


def test_a_refusal_says_a_time_of_the_next_day_that_differs_by_person() -> None:
    """The same one all day; many together are spread over the day."""
    ramp = Ramp(0)
    untils = [to_epoch_ms(ramp.ask(f"p{number}").until) for number in range(200)]
    again = [to_epoch_ms(ramp.ask(f"p{number}", 2, NOON + 5).until) for number in range(200)]
    gaps = [later - earlier for earlier, later in pairwise(sorted(untils))]

    assert untils == again
    assert all(MIDNIGHT + DAY_MS <= until < MIDNIGHT + 2 * DAY_MS for until in untils)
    assert max(gaps) < DAY_MS // 10


def test_a_request_that_is_repeated_gets_the_same_answer_and_counts_once() -> None:
    """`people` makes it again after a crash, as another record, some time later."""
    ramp = Ramp(2)
    first = ramp.ask("a")
    assert [ramp.ask("a", at=NOON, written_at=NOON + later) for later in (1, 900_000)] == [first, first]
    assert ramp.ask("b").granted
    refused = ramp.ask("c")
    assert ramp.ask("c", written_at=NOON + 9) == refused
    assert not refused.granted


def test_another_request_of_a_person_counts_anew() -> None:
    ramp = Ramp(2)
    assert [ramp.ask("a", number).granted for number in (1, 2, 3)] == [True, True, False]


def test_the_fact_has_the_number_as_its_version() -> None:
    ramp = Ramp(1)
    ramp.ask("a", 7)

    assert (ramp.fact.id, ramp.fact.version, ramp.fact.at) == ("grants/a", (0, 7), NOON)


@pytest.mark.parametrize("ahead", [DAY_MS, 400 * DAY_MS])
def test_a_request_that_claims_a_later_day_than_its_record_has_that_of_the_record(ahead: int) -> None:
    """A clock that is fast uses up no day to come."""
    ramp = Ramp(1, 1)
    assert ramp.ask("a", at=NOON + ahead, written_at=NOON).granted
    assert not ramp.ask("b", at=NOON).granted


def test_an_earlier_day_does_not_come_back() -> None:
    """What is late counts for the present day."""
    ramp = Ramp(1, 1)
    assert [ramp.granted(["a"], NOON), ramp.granted(["b"], NOON + DAY_MS)] == [1, 1]
    late = ramp.ask("c", at=NOON)
    assert (late.granted, to_epoch_ms(late.until) >= MIDNIGHT + 2 * DAY_MS) == (False, True)


def test_what_is_remembered_is_bounded() -> None:
    """The state stays far below what a record may hold."""
    ramp = Ramp(10 * MAX_REMEMBERED)
    state = None
    for number in range(MAX_REMEMBERED + 10):
        person = f"{number:024}"
        value = SendRequest(person=person, number=1, at=from_epoch_ms(NOON))
        state, _ = ramp.stage.step(state, Record("send-requests", 0, number, person, value, (0, 0), NOON))
    assert state is not None
    assert (len(state.grants), state.granted) == (MAX_REMEMBERED, MAX_REMEMBERED + 10)
    assert len(ramp.stage.codec.encode(state)) < 200_000


requests = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(1, 3), st.integers(0, 4 * DAY_MS)), max_size=40
)


@given(requests, st.lists(st.integers(0, 4), max_size=3))
def test_no_day_exceeds_its_limit(asked: list[tuple[str, int, int]], limits: list[int]) -> None:
    """Whatever is asked in whichever order; the grants are counted by the day on which they hold."""
    ramp = Ramp(*limits)
    by_day: dict[int, set[tuple[str, int]]] = {}
    for person, number, after in asked:
        grant = ramp.ask(person, number, MIDNIGHT + after)
        if grant.granted:
            day = (to_epoch_ms(grant.until) - 1 - MIDNIGHT) // DAY_MS
            by_day.setdefault(day, set()).add((person, number))
    if not asked:
        return
    first = asked[0][2] // DAY_MS
    assert all(
        len(granted) <= limits[day - first]
        for day, granted in by_day.items()
        if 0 <= day - first < len(limits)
    )
