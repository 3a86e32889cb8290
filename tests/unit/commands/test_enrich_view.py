"""`kairos enrich` on a terminal: lines that fit, and a bar while there is something to wait for."""

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.unit.people.batch.test_enrich import EXPECTED
from tests.unit.source_tree import ROOT
from workers.commands import enrich_progress


def on_terminal(*arguments: str, columns: int = 80) -> str:
    """What the command writes to a terminal of some columns, stdout and stderr together."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"COLUMNS": str(columns), "TERM": "xterm-256color"}
    with subprocess.Popen(
        [sys.executable, "-m", "workers", "enrich", *arguments],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=environment,
    ) as process:  # fmt: skip
        os.close(theirs)
        said = b""
        while part := read_some(ours):
            said += part
    os.close(ours)
    assert process.returncode == 0
    return said.decode()


def read_some(terminal: int) -> bytes:
    """The next bytes; none when the other side has ended."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_a_terminal_has_whole_words_within_its_width() -> None:
    """The summary goes on below its own indent; nothing is lost."""
    lines = on_terminal("--sample", columns=60).splitlines()

    summary = lines[lines.index("📝 Summary:") + 1 : lines.index("✅ Messaging Decision:") - 1]
    assert all(line.startswith("  ") and len(line) <= 60 for line in summary)
    assert " ".join(line.strip() for line in summary) == EXPECTED["summary"]


def test_progress_is_shown_on_a_terminal_for_large_input_only(tmp_path: Path) -> None:
    """A bar while there is something to wait for; it is gone at the end."""
    users, out = tmp_path / "u.jsonl", str(tmp_path / "p.jsonl")
    users.write_text("".join(f'{{"id": "u{number}", "bio": "{"x" * 2_000}"}}\n' for number in range(1_500)))
    assert users.stat().st_size > enrich_progress.LARGE

    said = on_terminal("--users", str(users), "--output", out)

    assert "reading users" in said
    assert "writing profiles" in said
    assert said.rstrip().endswith("\x1b[2K")
    assert "reading" not in on_terminal("--sample", "--output", out)
