"""The figures of a what-if run, and the conditions on them."""

from datetime import UTC, datetime

import pytest

from workers.commands.what_if_decisions import PolicyTotals
from workers.commands.what_if_figures import (
    BOTH,
    ONCE,
    Figure,
    conditions_that_hold,
    figures_of,
    read_condition,
)

FIGURES = {
    "sends": Figure(100, 106),
    "asks": Figure(10, 9),
    "caps hit": Figure(0, 2),
    "people affected": Figure(None, 30),
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("sends > +5%", True),
        ("sends > +6%", False),
        ("sends >= +6%", True),
        ("sends>+5.5%", True),
        ("sends > 105", True),
        ("sends > 106", False),
        ("sends > +5", True),
        ("sends == +6", True),
        ("sends != +6", False),
        ("asks < -5%", True),
        ("asks < -10%", False),
        ("asks <= -10%", True),
        ("asks < +0", True),
        ("caps hit > +1000%", True),
        ("  people affected   >   29 ", True),
        ("people affected > 30", False),
        ("waits cooldown > 0", False),
        ("waits cooldown == +0%", True),
    ],
)
def test_a_condition_is_on_the_new_value_or_with_a_sign_on_the_change(text: str, holds: bool) -> None:
    assert conditions_that_hold((read_condition(text),), FIGURES) == [text] * holds


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sends", "is not NAME OP NUMBER"),
        ("sends > lots", "is not NAME OP NUMBER"),
        ("sends > 5; import os", "is not NAME OP NUMBER"),
        ("sends > +5%%", "is not NAME OP NUMBER"),
        ("sends > 1_000", "is not NAME OP NUMBER"),
        ("sends > ٣", "is not NAME OP NUMBER"),
        ("mails > 5", "there is no figure 'mails'; there are sends"),
        ("sends > 5%", "needs a sign"),
        ("people affected > +5", "leave out the sign"),
        ("history incomplete > -5%", "leave out the sign"),
    ],
)
def test_a_condition_that_means_nothing_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_condition(text)


def test_every_figure_can_be_named() -> None:
    """With spaces in its name, too."""
    totals = PolicyTotals("1", datetime(2024, 2, 1, tzinfo=UTC))
    totals.waits["cap"] = 3
    figures = figures_of(PolicyTotals("0"), totals, 5, 7)

    assert [*figures] == [*BOTH, "waits cap", *ONCE]
    for name, figure in figures.items():
        assert conditions_that_hold((read_condition(f"{name} == {figure.new}"),), figures)
    assert figures["caps hit"] == figures["waits cap"] == Figure(0, 3)
