"""Every row of the engine's document is named by a test: P1 to P16, in its name or in its text."""

from pathlib import Path

import pytest

from tests import row_names
from tests.unit.source_tree import ROOT

ROWS = [f"P{number}" for number in range(1, 17)]
PLACES = (
    "tests/unit/mail/engine/test_*.py",
    "tests/property/test_compliance.py",
    "tests/contract/test_extending_the_engine.py",
    "tests/integration/test_intelligent_personalization.py",
)
BULLETS = 3  # of each step, all of which are P1


def named() -> dict[str, list[str]]:
    """The tests that name each row."""
    return row_names.named("P", PLACES, Path(__file__))


@pytest.mark.parametrize("row", ROWS)
def test_a_test_names_the_row(row: str) -> None:
    """At least one."""
    assert named()[row], f"no test names {row}"


@pytest.mark.parametrize("step", ["profile", "context", "strategy", "variations", "selection", "feedback"])
def test_each_bullet_of_a_step_has_a_test(step: str) -> None:
    """Three each, in a file of the step's name."""
    file = f"tests/unit/mail/engine/test_{step}.py::test_p1_"

    assert len([name for name in named()["P1"] if name.startswith(file)]) >= BULLETS


def test_no_test_names_a_row_that_there_is_not() -> None:
    """A typing error would name nothing."""
    assert named().keys() <= set(ROWS)


@pytest.mark.parametrize("place", PLACES)
def test_each_place_has_tests(place: str) -> None:
    """A file that was moved would be looked at no more."""
    assert list(ROOT.glob(place))
