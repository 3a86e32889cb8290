"""The code blocks of the README, for tests that run them."""

import re

from tests.unit.source_tree import ROOT

README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
COLUMNS = 118  # of the terminal whose output is pasted


def blocks(language: str) -> list[str]:
    """The code blocks of a language, in the order of the README."""
    return [body for name, body in BLOCK.findall(README) if name == language]


def program(name: str) -> str:
    """The Python block whose first line is `# NAME`."""
    programs = [body for body in blocks("python") if body.startswith(f"# {name}\n")]
    assert len(programs) == 1, f"the README shows {len(programs)} programs named {name}"
    return programs[0]


def policy(name: str) -> str:
    """The TOML block whose first line is `# NAME`."""
    (found,) = [body for body in blocks("toml") if body.startswith(f"# {name}\n")]
    return found


def sessions() -> list[tuple[str, str]]:
    """Every command line that is shown with its output, and the output."""
    parts = [body.removeprefix("$ ").partition("\n") for body in blocks("console")]
    return [(command, output) for command, _, output in parts]
