"""What the README names exists: commands, targets, files, the graph."""

import re

import pytest
from click.testing import CliRunner

from tests.contract.readme import README, blocks, sessions
from tests.unit.source_tree import ROOT
from topics.graph import graph
from workers.cli import COMMANDS, kairos


def test_the_graph_is_that_of_the_catalogue() -> None:
    """`kairos topics graph` and the README's Mermaid are the same text."""
    diagrams = blocks("mermaid")

    assert [graph().strip()] == [text.strip() for text in diagrams]


def test_every_command_it_names_exists() -> None:
    """Every `kairos COMMAND` in the README is one of the commands."""
    commands = (command for command, _ in sessions())
    named = set(
        re.findall(
            r"kairos (\w[\w-]*)",
            "".join([*blocks("sh"), *commands]) + " ".join(re.findall(r"`[^`\n]+`", README)),
        )
    )

    assert named
    assert named <= {name for name, _, _ in COMMANDS}


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make (\w+)\b", README)) - {"a"}))
def test_every_make_target_it_names_exists(target: str) -> None:
    """`make TARGET` is in the Makefile, with a line of help."""
    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([\w./-]+)\)", README))))
def test_every_file_it_links_exists(path: str) -> None:
    """Links are relative to the root of the repository."""
    assert (ROOT / path).exists()


def test_e46_the_chapter_on_mails_says_how_to_use_to_change_and_to_mend_the_library() -> None:
    """E46: the licence, five lines for those who change it, five for those with a question."""
    _, _, chapter = README.partition("\n### Mails\n")
    chapter = chapter.partition("\n### ")[0]
    change, _, wrong = chapter.partition("- **To change it**")[2].partition("- **When something is wrong**")

    assert "- **Licence**: " in chapter
    for part in (change, wrong.partition("\n- **")[0]):
        assert re.findall(r"\((\d)\)", part) == ["1", "2", "3", "4", "5"]
    for command in ("make lint", "make bench", "kairos mail check", "kairos mail example", "log_level"):
        assert command in chapter


def test_help_names_the_commands_to_start_with() -> None:
    """`kairos --help` has `kairos demo` and `kairos up`."""
    output = CliRunner().invoke(kairos, ["--help"]).output

    assert "kairos demo" in output
    assert "kairos up" in output
