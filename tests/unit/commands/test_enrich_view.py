"""`kairos enrich` on a terminal: lines that fit, and a progress bar for large input."""

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
    terminal, child_side = pty.openpty()
    environment = os.environ | {"COLUMNS": str(columns), "TERM": "xterm-256color"}
    with subprocess.Popen(
        [sys.executable, "-m", "workers", "enrich", *arguments],
        stdin=child_side, stdout=child_side, stderr=child_side, cwd=ROOT, env=environment,
    ) as process:  # fmt: skip
        os.close(child_side)
        output = b""
        while part := read_part(terminal):
            output += part
    os.close(terminal)
    assert process.returncode == 0
    return output.decode()


def read_part(terminal: int) -> bytes:
    """The next bytes; none when the other side has ended."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_a_terminal_has_whole_words_within_its_width() -> None:
    """The summary is wrapped with its own indent; no word is lost."""
    lines = on_terminal("--sample", columns=60).splitlines()

    summary = lines[lines.index("📝 Summary:") + 1 : lines.index("✅ Messaging Decision:") - 1]
    assert all(line.startswith("  ") and len(line) <= 60 for line in summary)
    assert " ".join(line.strip() for line in summary) == EXPECTED["summary"]


def test_progress_is_shown_on_a_terminal_for_large_input_only(tmp_path: Path) -> None:
    """The bar is removed at the end."""
    users, out = tmp_path / "u.jsonl", str(tmp_path / "p.jsonl")
    users.write_text("".join(f'{{"id": "u{number}", "bio": "{"x" * 2_000}"}}\n' for number in range(1_500)))
    assert users.stat().st_size > enrich_progress.LARGE

    output = on_terminal("--users", str(users), "--output", out)

    assert "reading users" in output
    assert "writing profiles" in output
    assert "%" not in output.rpartition("\x1b[2K")[2]
    assert "reading" not in on_terminal("--sample", "--output", out, "--force")
