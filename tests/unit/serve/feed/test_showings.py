"""What people pass over: a list that they still look at is not."""

from workers.recommend.seeker import Showing
from workers.serve.feed.showings import MOST_JOBS, PASSED_OVER_MS, Showings

SECOND = 1_000


def test_a_list_that_is_loaded_again_was_not_passed_over() -> None:
    """Only half an hour later; however often it was loaded meanwhile, once."""
    showings = Showings()
    for at in (0, 5 * SECOND, 60 * SECOND):
        showings.add("mia", ["a"], at)
        assert showings.of("mia", at) == {}

    assert showings.of("mia", PASSED_OVER_MS) == {"a": Showing(1, 0)}


def test_every_time_that_it_is_passed_over_counts() -> None:
    """What was passed over before stays while it is looked at again."""
    showings = Showings()
    showings.add("mia", ["a"], 0)
    showings.add("mia", ["a"], PASSED_OVER_MS)

    assert showings.of("mia", PASSED_OVER_MS + SECOND) == {"a": Showing(1, 0)}
    assert showings.of("mia", 2 * PASSED_OVER_MS) == {"a": Showing(2, PASSED_OVER_MS)}
    assert showings.of("bob", 2 * PASSED_OVER_MS) == {}


def test_what_is_kept_is_bounded() -> None:
    """The jobs of a person, and the persons: those of longest ago go first."""
    showings = Showings(most_persons=2)
    showings.add("mia", [str(number) for number in range(MOST_JOBS + 1)], 0)
    assert "0" not in showings.of("mia", PASSED_OVER_MS)
    assert len(showings.of("mia", PASSED_OVER_MS)) == MOST_JOBS

    showings.add("bob", ["a"], 0)
    showings.add("eve", ["a"], 0)
    assert showings.of("mia", PASSED_OVER_MS) == {}
