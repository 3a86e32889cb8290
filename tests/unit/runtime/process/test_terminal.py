"""Control characters in a text do not reach the terminal."""

from io import StringIO

import pytest
from rich.console import Console

from schemas.profile import EnrichedProfile
from workers.commands.profile_view import profile_page
from workers.runtime.process.terminal import safe


@pytest.mark.parametrize("odd", ["\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\r", "\x08"])
def test_control_characters_are_left_out(odd: str) -> None:
    """Escape sequences lose their control character."""
    shown = safe(f"Ann{odd}a").plain

    assert shown.startswith("Ann")
    assert shown.isprintable()


def test_other_text_is_not_changed() -> None:
    """Japanese, markup and line breaks are kept; nothing is interpreted as a style."""
    assert safe("田中 [red]太郎[/red]\n次").plain == "田中 [red]太郎[/red]\n次"


def test_a_profile_with_an_escape_sequence_is_shown_without_it() -> None:
    """`kairos profile` prints no escape character of a name or another text."""
    out = StringIO()
    texts = {"name": "Ann\x1b", "occupation": "nurse\x1b[2J"}
    profile = EnrichedProfile.model_validate({**EnrichedProfile.EXAMPLES[0], **texts})

    Console(file=out, color_system=None).print(profile_page(profile))

    assert "Ann" in out.getvalue()
    assert "nurse" in out.getvalue()
    assert "\x1b" not in out.getvalue()
