"""Bad records in the files of `kairos enrich`: named with their line, left out, counted."""

import json
from pathlib import Path

import pytest

from tests.unit.commands.test_enrich import run


def test_a_bad_record_is_named_and_left_out(tmp_path: Path) -> None:
    """File and line are on stderr, the others are read, and the exit code is 0."""
    users, orders = tmp_path / "u.jsonl", tmp_path / "o.csv"
    users.write_text('{"id": "u1"}\n{"email": "x@x.jp"}\n{"id": \n[1]\n{"id": "u2"}\n')
    orders.write_text("id,user_id\no1,u1,x\no2,u1\n")

    done = run("--users", users, "--orders", orders, "--format", "json")

    assert [(profile["id"], profile["total_orders"]) for profile in json.loads(done.stdout)] == [
        ("u1", 1),
        ("u2", 0),
    ]
    assert done.stderr.splitlines()[:5] == [
        f"{users}:2: id: missing",
        f"{users}:3: not JSON: EOF while parsing a value in column 6",
        f"{users}:4: is no object but list",
        f"{orders}:2: 3 cells, the header has 2",
        "4 bad records left out",
    ]
    assert done.exit_code == 0


def test_many_bad_records_are_counted(tmp_path: Path) -> None:
    """Only the first 20 are named."""
    users = tmp_path / "u.jsonl"
    users.write_text('{"id": "u1"}\n' + "{}\n" * 50)

    lines = run("--users", users).stderr.splitlines()

    assert lines[19:22] == [f"{users}:21: id: missing", "and more", "50 bad records left out"]


@pytest.mark.parametrize(
    ("text", "options", "error"),
    [
        ('{"id": "u1"}\n{}\n', ["--strict"], "1 bad record; nothing was written"),
        ("{}\n{}\n", [], "2 bad records, no user left; nothing was written"),
        (
            '[{"id": "u1"},\n{"id" "u2"}]',
            [],
            "u.json:2: not JSON: Expecting ':' delimiter; nothing",
        ),
    ],
    ids=["strict", "nothing left", "broken off"],
)
def test_too_many_bad_records_are_an_error(text: str, options: list[str], error: str, tmp_path: Path) -> None:
    """Exit code 1, and no file is written or replaced."""
    (tmp_path / "u.json").write_text(text)
    output = tmp_path / "p.json"
    output.write_text("as it was")

    done = run("--users", tmp_path / "u.json", "--output", output, "--force", *options)

    assert done.exit_code == 1
    assert error in done.stderr
    assert output.read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.json", "u.json"]
