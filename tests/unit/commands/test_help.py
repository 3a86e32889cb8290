"""Help and errors as a newcomer sees them: needs and examples everywhere, suggestions, services by name."""

import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner
from kafka.errors import KafkaConnectionError
from pymongo.errors import OperationFailure, ServerSelectionTimeoutError
from redis.exceptions import AuthenticationError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from tests.unit.source_tree import ROOT
from topics.connecting import NO_BROKER
from topics.plan import TopicsError
from workers import cli
from workers.commands.unanswered import START, hint


def all_commands() -> Iterator[tuple[str, ...]]:
    """The path of every command and subcommand."""
    for name, module, _ in cli.COMMANDS:
        yield (name,)
        command = cli.import_command(name, module)
        if isinstance(command, click.Group):
            yield from ((name, inner) for inner in command.commands)


PATHS = [pytest.param(path, id=" ".join(path)) for path in all_commands()]


def run(*arguments: str, columns: int = 80) -> str:
    """What the command prints on a terminal of some columns."""
    environment = {"COLUMNS": str(columns)}
    return CliRunner().invoke(cli.kairos, arguments, env=environment, terminal_width=columns).output


@pytest.mark.parametrize("path", PATHS)
def test_every_help_names_what_it_needs_and_an_example(path: tuple[str, ...]) -> None:
    """The example calls the command itself, or one of its group."""
    text = run(*path, "--help")

    assert re.search(r"^  Needs:    \S", text, re.MULTILINE)
    example = text.partition("  Example:  ")[2]
    assert f"kairos {' '.join(path)}" in example


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("columns", [60, 80, 200])
def test_no_help_is_cut(path: tuple[str, ...], columns: int) -> None:
    """The lists of subcommands have whole sentences, on narrow terminals too."""
    assert "..." not in run(*path, "--help", columns=columns).replace("]...", "").replace("}...", "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["enirch"], "enrich"),
        (["topic"], "topics"),
        (["Profile"], "profile"),
        (["deadletters"], "dead-letters"),
        (["services", "stauts"], "status"),
        (["dead-letters", "lst"], "list"),
        (["rebuild", "poeple"], "people"),
    ],
)
def test_a_typing_error_gets_a_suggestion(typed: list[str], meant: str) -> None:
    """In the line of the error, for commands of every group."""
    done = CliRunner().invoke(cli.kairos, typed)

    assert done.exit_code == 2
    assert f"No such command '{typed[-1]}'. Did you mean '{meant}'?" in done.stderr


def test_a_name_that_is_like_no_other_gets_none() -> None:
    """An invented suggestion would mislead; options have suggestions too."""
    assert "Did you mean" not in CliRunner().invoke(cli.kairos, ["fly"]).stderr
    assert "--strict" in CliRunner().invoke(cli.kairos, ["enrich", "--strikt"]).stderr


@pytest.mark.parametrize(
    ("error", "service", "setting"),
    [
        (RedisConnectionError("Error 111 connecting to h:1. Connection refused."), "Redis", "REDIS_URL"),
        (RedisTimeoutError(), "Redis", "REDIS_URL"),
        (
            ServerSelectionTimeoutError("h:1: [Errno 111] Connection refused, " + "x" * 900),
            "MongoDB",
            "MONGO_URL",
        ),
        (KafkaConnectionError(), "Kafka", "KAFKA_URL"),
        (TopicsError(f"{NO_BROKER} at h:1 (refused)"), "Kafka", "KAFKA_URL"),
    ],
)
def test_a_service_that_does_not_answer_is_named(
    error: Exception, service: str, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its address, its setting, and how to start one; never with a password."""
    monkeypatch.setenv("REDIS_URL", "redis://ann:secret@redis.example:6380/2")
    monkeypatch.setenv("MONGO_URL", "mongodb://ann:secret@mongo.example/?tls=true")
    line = str(hint(error))

    assert service in line
    assert setting in line
    assert line.endswith(START)
    assert "secret" not in line
    assert len(line) < 400


@pytest.mark.parametrize(
    "error", [AuthenticationError("wrong password"), OperationFailure("no"), KeyError("x")]
)
def test_other_errors_keep_their_own_text(error: Exception) -> None:
    """A service that answers is there."""
    assert hint(error) is None


def test_profile_without_services_says_what_to_start() -> None:
    """In one line, with exit code 1."""
    done = subprocess.run(
        [sys.executable, "-m", "workers", "profile", "mia"],
        capture_output=True, text=True, cwd=ROOT, env={"REDIS_URL": "redis://127.0.0.1:1/0"}, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr.startswith(
        "kairos: Redis does not answer at 127.0.0.1:1, where REDIS_URL says it is ("
    )
    assert done.stderr.endswith(f"; {START}\n")
