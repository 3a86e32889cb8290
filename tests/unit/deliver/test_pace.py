"""The pace of groups of domains."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from workers.deliver.pace import GROUPS, GROWS_AFTER, LEAST, PAUSE_MS, STOP_MS, SendingPace, domain_group

NOW = 1_707_523_200_000


def test_an_address_belongs_to_the_group_of_its_provider() -> None:
    """With what stands before the domain's name, and not what ends with the same letters."""
    for group in GROUPS:
        for domain in group.domains:
            assert domain_group(f"a@{domain.upper()}") == group.name
            assert domain_group(f"a@mail.{domain}.") == group.name
            assert domain_group(f"a@not{domain}") in {"other", group.name}
    assert domain_group("a@notgmail.com") == domain_group("nothing") == "other"


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2000)), min_size=2, max_size=60),
    st.floats(0.5, 50),
)
def test_turns_of_a_group_keep_their_distance(asked: list[tuple[str, int]], rate: float) -> None:
    """Whenever they are asked for; another group takes none of them."""
    pace, now, turns = SendingPace(rate, 100), NOW, {"a": [], "b": []}  # type: ignore[var-annotated]
    for group, after in asked:
        now += after
        turn = pace.turn(group, now)
        assert turn >= now
        turns[group].append(turn)
    for times in turns.values():
        assert all(later - before >= int(1000 / rate) - 1 for before, later in itertools.pairwise(times))


def test_it_grows_by_a_tenth_up_to_the_most() -> None:
    """After a hundred good deliveries, of this group alone."""
    pace = SendingPace(1.0, 1.15)
    for _ in range(GROWS_AFTER - 1):
        pace.delivered("gmail")
    assert pace.of("gmail").rate == 1.0
    pace.delivered("gmail")
    assert pace.of("gmail").rate == 1.1
    for _ in range(GROWS_AFTER):
        pace.delivered("gmail")
    assert (pace.of("gmail").rate, pace.of("other").rate) == (1.15, 1.0)


def test_a_server_that_asks_for_less_gets_half_after_a_pause() -> None:
    """The others go on."""
    pace = SendingPace(2.0, 50)
    pace.slowed("gmail", NOW)
    assert [pace.turn("gmail", NOW) - NOW, pace.turn("gmail", NOW) - NOW] == [PAUSE_MS, PAUSE_MS + 1000]
    assert pace.turn("yahoo", NOW) == NOW
    for _ in range(20):
        pace.slowed("gmail", NOW)
    assert pace.of("gmail").rate == LEAST


def test_a_provider_that_refuses_us_is_left_alone_for_an_hour() -> None:
    """All of its domains; of domains in no group only the one that refused."""
    pace = SendingPace(2.0, 50)
    pace.refused("a@gmail.com", "550 5.7.1", NOW)
    pace.refused("a@one.example", "554", NOW)

    stop = pace.stop_of("b@googlemail.com", NOW + STOP_MS - 1)
    assert stop is not None
    assert stop.why == "550 5.7.1"
    assert pace.stop_of("b@googlemail.com", NOW + STOP_MS) is None
    assert pace.stop_of("b@One.example", NOW) is not None
    assert pace.stop_of("b@two.example", NOW) is None
    assert pace.next_turn("gmail", NOW) == pace.next_turn("gmail", NOW) == pace.turn("gmail", NOW) == NOW
