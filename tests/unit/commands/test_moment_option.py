"""A time on the command line."""

from datetime import UTC, datetime

import click
import pytest

from workers.commands.moment_option import read_moment

CONTEXT = click.Context(click.Command("test"))
OPTION = click.Option(["--at"])


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T09:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-03-01T09:00+09:00", datetime(2026, 3, 1, tzinfo=UTC)),
        ("1772323200", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_any_form(text: str, moment: datetime) -> None:
    """As in documents, and UTC without a zone."""
    read = read_moment(CONTEXT, OPTION, text)

    assert read == moment
    assert read.tzinfo is UTC


def test_no_time_is_none() -> None:
    assert read_moment(CONTEXT, OPTION, None) is None


@pytest.mark.parametrize("text", ["soon", "2026-13-01", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        read_moment(CONTEXT, OPTION, text)
