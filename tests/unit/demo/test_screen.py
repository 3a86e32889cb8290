"""The screen: plain lines in a file, columns on a terminal."""

import io

import pytest
from rich.console import Console

from tests.unit.demo.values import AT, LONG
from workers.demo.fleet_state import ScreenLine
from workers.demo.screen import Screen


def test_a_file_gets_plain_lines() -> None:
    """Without a terminal: one line each, however long, without colours, footer and cursor movements."""
    out = io.StringIO()
    with Screen(Console(file=out, width=80)) as screen:
        screen.print_step("downloading a lot … 1 of 9 jars")
        screen.print_step("downloading a lot … 2 of 9 jars")
        screen.print_event(
            ScreenLine("decision", "user_007", "田中 健二", f"wait (cooldown): {LONG}", 12), AT
        )
        screen.set_footer(["4 people"])
    lines = out.getvalue().splitlines()

    assert lines[0] == "downloading a lot … 1 of 9 jars"
    assert lines[1].endswith(f"decision  user_007 田中 健二             wait (cooldown): {LONG}  [12 ms]")
    assert len(lines) == 2
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_terminal_gets_columns(width: int) -> None:
    """A long text continues in its column, and no line is wider than the terminal."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, color_system=None)
    with Screen(console) as screen:
        screen.print_event(ScreenLine("decision", "user_007", "田中 健二", LONG), AT)
    text = out.getvalue().replace("\x1b[?25l", "").replace("\x1b[?25h", "")
    lines = [line for line in text.splitlines() if "needed" in line or "user_007" in line]

    assert len(lines) > 1
    assert max(len(line) for line in lines) <= width
    assert all(line.startswith(" " * 40) for line in lines[1:])
