"""Where `kairos enrich` writes: files, links, FIFOs, devices, the standard output; and in which format."""

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.unit.commands.test_enrich import run
from tests.unit.source_tree import ROOT

ID = "user_001"


def ids(path: Path) -> list[str]:
    """The ids of the profiles in a file, an array or lines."""
    text = path.read_text("utf-8")
    rows = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
    return [profile["id"] for profile in rows]


def test_a_device_stays_a_device() -> None:
    """`/dev/null` swallows the profiles, and is what it was."""
    before = os.stat("/dev/null")
    for options in ([], ["--force"], ["--format", "table"]):
        assert run("--sample", "--output", "/dev/null", *options).exit_code == 0
    after = os.stat("/dev/null")

    assert stat.S_ISCHR(after.st_mode)
    assert (before.st_ino, before.st_mode) == (after.st_ino, after.st_mode)


@pytest.mark.parametrize("name", ["fifo", "fifo.jsonl"])
def test_a_fifo_is_written_through(name: str, tmp_path: Path) -> None:
    """Its reader gets the profiles, in the format of its extension."""
    fifo = tmp_path / name
    os.mkfifo(fifo)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(fifo.read_text("utf-8")))
    reader.start()
    done = run("--sample", "--output", fifo)
    reader.join(30)

    assert done.exit_code == 0
    assert received[0].startswith("{" if name.endswith("l") else "[")
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it leads to gets the profiles, whether it is there or not; its permissions stay."""
    (tmp_path / "data").mkdir()
    target, link, dangling = tmp_path / "data" / "p.jsonl", tmp_path / "p.jsonl", tmp_path / "new.json"
    target.write_text("as it was")
    target.chmod(0o640)
    link.symlink_to(target)
    dangling.symlink_to(tmp_path / "data" / "new.json")

    assert run("--sample", "--output", link).exit_code == 2
    assert target.read_text() == "as it was"
    assert run("--sample", "--output", link, "--force").exit_code == 0
    assert run("--sample", "--output", dangling).exit_code == 0

    assert link.is_symlink()
    assert dangling.is_symlink()
    assert ids(target) == ids(tmp_path / "data" / "new.json") == [ID]
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["new.json", "p.jsonl"]


def test_a_link_that_leads_nowhere_is_an_error(tmp_path: Path) -> None:
    """It is not replaced."""
    (tmp_path / "loop.json").symlink_to(tmp_path / "loop.json")
    done = run("--sample", "--output", tmp_path / "loop.json")

    assert (done.exit_code, (tmp_path / "loop.json").is_symlink()) == (1, True)
    assert "cannot write" in done.stderr
    assert run("--sample", "--output", "/dev/full").exit_code == 1


def test_another_name_of_a_file_keeps_leading_to_it(tmp_path: Path) -> None:
    """A hard link is not cut."""
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    one.write_text("as it was")
    other.hardlink_to(one)

    assert run("--sample", "--output", one, "--force").exit_code == 0
    assert ids(other) == [ID]


def test_an_existing_file_needs_force(tmp_path: Path) -> None:
    """An input is never replaced, under any of its names."""
    output, users, link = tmp_path / "p.json", tmp_path / "u.json", tmp_path / "link.json"
    output.write_text("as it was")
    users.write_text('[{"id": 1}]')
    link.symlink_to(users)

    done = run("--sample", "--output", output)
    assert (done.exit_code, output.read_text()) == (2, "as it was")
    assert "is there already; --force replaces it" in done.stderr
    for name in (users, link):
        done = run("--users", users, "--output", name, "--force")
        assert (done.exit_code, users.read_text()) == (2, '[{"id": 1}]')
        assert "is an input too" in done.stderr
    assert run("--sample", "--output", output, "--force").exit_code == 0
    assert ids(output) == [ID]


@pytest.mark.parametrize(
    ("name", "options", "begins"),
    [
        ("p.json", [], "[\n{"),
        ("p.JSONL", [], "{"),
        ("p.ndjson", ["--format", "json"], "{"),
        ("p.txt", [], "===="),
        ("p", [], "[\n{"),
        ("p", ["--format", "jsonl"], "{"),
        ("p", ["--format", "table"], "===="),
    ],
)
def test_the_extension_decides_the_format(name: str, options: list[str], begins: str, tmp_path: Path) -> None:
    """Without one, --format does."""
    assert run("--sample", "--output", tmp_path / name, *options).exit_code == 0
    assert (tmp_path / name).read_text("utf-8").startswith(begins)


@pytest.mark.parametrize(
    ("name", "options", "error"),
    [
        ("p.csv", [], "no format is called .csv; there are .json, .jsonl"),
        ("p.xlsx", ["--format", "json"], "no format is called .xlsx"),
        ("p.json", ["--format", "table"], "disagree"),
        ("p.txt", ["--format", "jsonl"], "disagree"),
    ],
)
def test_another_extension_is_refused(name: str, options: list[str], error: str, tmp_path: Path) -> None:
    """Nothing is read or written."""
    done = run("--sample", "--output", tmp_path / name, *options)

    assert done.exit_code == 2
    assert error in " ".join(done.stderr.split())
    assert not list(tmp_path.iterdir())


def test_a_dash_is_the_standard_output() -> None:
    """No file of that name appears; `--format` decides, JSON by default."""
    assert json.loads(run("--sample", "--output", "-").stdout)[0]["id"] == ID
    assert json.loads(run("--sample", "--output", "-", "--format", "jsonl").stdout)["id"] == ID
    assert run("--sample", "--output", "-", "--format", "table").stdout == run("--sample").stdout


def test_the_name_of_the_standard_output_is_written_through(tmp_path: Path) -> None:
    """Also where a regular file is behind it."""
    with (tmp_path / "out.json").open("wb") as out:
        command = [sys.executable, "-m", "workers", "enrich", "--sample", "--output", "/dev/stdout"]
        subprocess.run(command, stdout=out, check=True, cwd=ROOT)

    assert ids(tmp_path / "out.json") == [ID]
