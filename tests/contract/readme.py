"""The README's code blocks, so that tests can run what it shows."""

import re

from tests.unit.source_tree import ROOT

README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)


def blocks(language: str) -> list[str]:
    """The code blocks of a language, in their order."""
    return [body for name, body in BLOCK.findall(README) if name == language]


def program(name: str) -> str:
    """The Python block whose first line is `# NAME`."""
    found = [body for body in blocks("python") if body.startswith(f"# {name}\n")]
    assert len(found) == 1, f"the README shows {len(found)} programs named {name}"
    return found[0]
