"""`kairos pause`, `resume`, `suppress`: what is asked for, and what is refused before anything is written."""

import pytest
from click.testing import CliRunner

from schemas.permissions import MailPause
from workers.cli import kairos
from workers.commands.pause import LaterTime, in_force, line, subject_of
from workers.runtime.process.clock import now_ms

AT = 1_707_523_200_000


@pytest.mark.parametrize(
    ("target", "subject"),
    [
        ((), "all"),
        (("all",), "all"),
        (("campaign", "job-digest"), "campaign:job-digest"),
        (("person", " 7.0 "), "person:7"),
    ],
)
def test_a_target_names_a_subject(target: tuple[str, ...], subject: str) -> None:
    assert subject_of(target) == subject


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["pause"], "--why"),
        (["pause", "all", "--why", " "], "--why"),
        (["pause", "everything", "--why", "x"], "neither all, nor campaign NAME"),
        (["pause", "campaign", "--why", "x"], "neither all"),
        (["pause", "person", " ", "--why", "x"], "neither all"),
        (["pause", "--why", "x", "--until", "2024-01-01"], "is over"),
        (["pause", "--why", "x", "--until", "soon"], "neither like 2h"),
        (["resume", "campaign"], "neither all"),
        (["suppress", "add"], "Missing argument"),
        (["suppress", "add", "mia at@"], "WHO"),
        (["suppress", "add", " "], "is empty"),
    ],
)
def test_a_wrong_call_is_refused_with_the_reason(arguments: list[str], text: str) -> None:
    """Exit code 2, without a broker."""
    done = CliRunner().invoke(kairos, arguments)

    assert done.exit_code == 2
    assert text in done.stderr


def test_a_time_to_come() -> None:
    """A span from now on, or a time."""
    before = now_ms()
    assert before + 7_200_000 <= LaterTime().convert("2h", None, None) <= now_ms() + 7_200_000
    assert LaterTime().convert("2999-01-01", None, None) == 32_472_144_000_000


def test_the_pauses_in_force_are_shown_with_who_and_why() -> None:
    """The oldest first; without those that are over, and without what steers a terminal."""

    def pause(subject: str, at: int, **fields: object) -> MailPause:
        return MailPause.model_validate({"subject": subject, "at": at, "by": "ops"} | fields)

    pauses = [
        pause("campaign:b", AT + 1, until=AT + 60_000, why="new\x1b texts"),
        pause("all", AT),
        pause("campaign:over", AT, until=AT + 1),
        pause("person:a", AT, paused=False),
    ]
    assert [line(each) for each in in_force(pauses, AT + 5)] == [
        "paused: all since 2024-02-10 00:00:00 UTC by ops, until it is resumed",
        "paused: campaign:b since 2024-02-10 00:00:00 UTC by ops, until 2024-02-10 00:01:00 UTC: new texts",
    ]
