"""The command line: its help, and the lines and exit codes of errors."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from topics.graph import graph
from workers import cli
from workers.commands import worker
from workers.runtime.kafka import static_members as members
from workers.runtime.metrics import endpoints
from workers.runtime.process.error_text import one_line
from workers.runtime.process.fleet import static_names
from workers.runtime.process.settings import Settings, load
from workers.runtime.process.supervisor import Supervisor

HEAVY = ("pydantic", "kafka", "aiokafka", "faust", "pymongo", "redis", "openai", "rich")


def kairos(*arguments: str, **environment: str) -> Result:
    """Run the group itself, in this process."""
    return CliRunner().invoke(cli.kairos, arguments, env=environment)


def exit_of(arguments: list[str]) -> object:
    """The exit code of `main`, which turns errors into lines."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return ended.value.code


def test_help_lists_every_command_with_one_line() -> None:
    """In the order of the table, and no line is cut."""
    text = kairos("--help").stdout

    rows = re.findall(r"^  (\S+) +(\S.*)$", text[text.index("Commands:") :], re.MULTILINE)
    assert rows[: len(cli.COMMANDS)] == [(name, line) for name, _, line in cli.COMMANDS]


def test_help_names_only_settings_that_exist() -> None:
    """Every variable in the help is a field of the settings, perhaps by a file."""
    known = {field.upper() for field in Settings.model_fields}

    named = {word.removesuffix("_FILE") for word in re.findall(r"\b[A-Z]+_[A-Z_]+\b", cli.SETTINGS)}
    assert named <= known
    assert named


def test_help_loads_no_heavy_library() -> None:
    """`kairos --help` imports click and nothing that is slow to import."""
    program = (
        "import sys, workers.cli\n"
        "try: workers.cli.main(['--help'])\n"
        f"finally: print(sorted(set(sys.modules) & {set(HEAVY)!r}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "[]"


def test_python_dash_m_workers_is_kairos() -> None:
    """`python -m workers --help` prints the same text."""
    done = subprocess.run(
        [sys.executable, "-m", "workers", "--help"], capture_output=True, text=True, check=True
    )

    assert done.stdout == kairos("--help").stdout


@pytest.mark.parametrize("name", [name for name, _, _ in cli.COMMANDS])
def test_every_command_has_a_help_text(name: str) -> None:
    """Each row of the table names a command that exists."""
    done = kairos(name, "--help")

    assert done.exit_code == 0, done.output
    assert len(done.stdout.splitlines()) > 3


def test_a_command_without_its_module_is_one_clear_line() -> None:
    """The line names the command."""
    with pytest.raises(click.UsageError, match=r"`kairos fly` is not part of this version"):
        cli.import_command("fly", "workers.commands.fly")


def test_a_missing_library_is_not_reported_as_a_missing_command() -> None:
    """The import error of another module is raised as it is."""
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        cli.import_command("fly", "nowhere.commands.fly")


@pytest.mark.parametrize(("module", "name", "code"), cli.ERRORS)
def test_the_table_of_errors_names_real_classes(module: str, name: str, code: int) -> None:
    """Each row names an existing class, and its code holds for subclasses too."""
    class_ = getattr(import_module(module), name)
    child: type[BaseException] = type("Child", (class_,), {})

    assert cli.exit_code(child.__new__(child)) == code


def test_a_bug_keeps_its_traceback() -> None:
    """An error that is not in the table has no exit code."""
    assert cli.exit_code(KeyError("x")) is None


def test_a_wrong_setting_is_one_line_and_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The variable is named, and there is no traceback."""
    monkeypatch.setenv("KAFKA_URL", "localhost:9092")

    assert exit_of(["topics", "plan"]) == 2
    assert capsys.readouterr().err == "kairos: KAFKA_URL: must be a URL like kafka://host:port\n"


def test_an_unknown_command_is_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    """The line names the unknown command."""
    assert exit_of(["topic"]) == 2
    assert "No such command 'topic'" in capsys.readouterr().err


def test_an_error_of_many_lines_becomes_one() -> None:
    """Line breaks become spaces; an error without a text becomes the name of its class."""
    assert one_line(ValueError("no\n  broker")) == "no broker"
    assert one_line(ValueError()) == "ValueError"


def test_topics_graph_prints_the_flow() -> None:
    """The command prints the graph and nothing else."""
    assert kairos("topics", "graph").stdout == graph()


def test_workers_of_one_supervisor_have_names_of_their_own() -> None:
    """The n-th worker of a kind always has the same name; workers without a group have none."""
    names = static_names(["capture", "route", "people", "people", "serve"], "some host's-17")

    assert names == ["", "some-host-s-17-route-1", "some-host-s-17-people-1", "some-host-s-17-people-2", ""]
    assert all(load({"KAIROS_INSTANCE": name}).kairos_instance == name for name in names)
    assert len(static_names(["people"], "x" * 500)[0]) <= 200


@pytest.mark.parametrize(
    ("instance", "prefix", "removed"),
    [
        ("", rf".+-{os.getpid()}-", True),  # no worker returns under a name with our process id in it
        ("shop", "shop-", False),  # the next supervisor may have the same name
    ],
    ids=["no name", "a name"],
)
def test_a_supervisor_names_its_workers_and_removes_them_from_their_groups(
    monkeypatch: pytest.MonkeyPatch, instance: str, prefix: str, removed: bool
) -> None:
    """Each gets its own name and port; members that will not return are removed from their groups."""
    children: list[tuple[str, Mapping[str, str]]] = []
    removed_members: list[tuple[str, str]] = []

    class Ended(Supervisor):
        def start(self) -> None:
            children.extend((child.name, child.environment) for child in self.children)

        def run(self, stop: threading.Event) -> int:
            return 0

    served: list[tuple[str, int, Any]] = []
    monkeypatch.setattr(endpoints, "serve_endpoints", lambda *where: served.append(where))
    monkeypatch.setattr(worker, "Supervisor", Ended)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(members, "remove_members", lambda _, names: removed_members.extend(names))
    worker.supervise(("people", "people"), Settings(kairos_instance=instance, kairos_metrics_port=9100))

    names = [environment["KAIROS_INSTANCE"] for _, environment in children]
    assert all(re.fullmatch(prefix + rf"people-{number}", name) for number, name in enumerate(names, 1))
    assert [environment["KAIROS_METRICS_PORT"] for _, environment in children] == ["9100", "9101"]
    assert [(host, port) for host, port, _ in served] == [("127.0.0.1", 9102)]
    assert removed_members == ([("people", name) for name in names] if removed else [])
