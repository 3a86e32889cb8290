"""`kairos enrich`: from files to profiles, without any service."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.unit.people.batch.test_enrich import DAY, EXPECTED, SAMPLE
from tests.unit.people.batch.test_enrich import enrich as batch
from tests.unit.source_tree import ROOT
from tests.unit.test_architecture import CLIENTS
from workers.cli import kairos
from workers.commands.enrich_view import ASK, SEND

NAMES = ("users", "orders", "events", "messages")
DOCUMENT = """\
================================================================================
USER PROFILE ENRICHMENT - SAMPLE RUN
================================================================================

📊 Input Data:
  Users: 1
  Orders: 2
  Events: 3
  Messages: 2

================================================================================
👤 User: sarah.chen@email.com
================================================================================

📋 Default Fields:
  age: 32
  occupation: Software Engineer
  home_neighborhood: Mission District
  interests: ['hiking', 'photography', 'cooking']
  cuisine_preference: ['Italian', 'Thai', 'Japanese']

📅 Event-Derived Fields:
  Number of events attended: 3
  Last event date: 2024-02-05
  Days since last event: 5
  Friends: ['Mike Jones', 'Jenny Kim']
  Favorite hosts: ['Chef Mario', 'Chef Ploy']
  Venue history: ['The Vault', 'Culinary Studio']

💬 Message-Derived Fields:
  Has queued messages: True
  Queued message count: 1
  Last message sent: 2024-01-25
  Can send new message: True

🎯 Personalization Fields:
  Has enough fields to personalize: True
  Is first time user: False
  Should request more details: False
  Is healthy active user: True
  Personalization score: 85/100

📝 Summary:
  {summary}

✅ Messaging Decision:
  → SEND PERSONALIZED MESSAGE
"""


def run(*arguments: str | Path) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(kairos, ["enrich", *map(str, arguments)])


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The options that name the sample's files, as arrays."""
    options = []
    for name, documents in zip(NAMES, SAMPLE, strict=True):
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(documents))
        options += [f"--{name}", str(file)]
    return options


def test_the_sample_prints_the_expected_lines() -> None:
    """Every line of the report, on stdout, and nothing on stderr."""
    done = run("--sample")

    assert done.stdout == DOCUMENT.format(summary=EXPECTED["summary"])
    assert (done.exit_code, done.stderr) == (0, "")


def test_files_with_the_sample_print_the_same_lines(files: list[str]) -> None:
    """As of the day of the sample."""
    assert run(*files, "--as-of", DAY).stdout == run("--sample").stdout.replace(" - SAMPLE RUN", "")


def test_json_output_equals_the_result_of_the_function(files: list[str], tmp_path: Path) -> None:
    """On stdout and in a file, as an array or with one profile per line."""
    expected = list(batch(*SAMPLE).values())
    array, lines = tmp_path / "profiles.json", tmp_path / "profiles.jsonl"

    assert json.loads(run(*files, "--as-of", DAY, "--format", "json").stdout) == expected
    for path in (array, lines):
        assert run(*files, "--as-of", DAY, "--output", path).stdout == ""
    assert json.loads(array.read_text("utf-8")) == expected
    assert [json.loads(line) for line in lines.read_text("utf-8").splitlines()] == expected


def test_csv_gives_the_same_profile(tmp_path: Path) -> None:
    """Numbers, dates and lists in cells are parsed."""
    rows = {
        "users": "id,email,age,interests\nu1,ann@x.jp,32,tea; art\n",
        "orders": "id,user_id,amount,date\no1,u1,$75.00,2024-01-10\n",
        "events": 'id,date,venue,participants\ne1,2024-01-15,The Vault,"ann@x.jp; bob@x.jp"\n'
        'e2,2024-01-16,The Vault,"[""ann@x.jp"", {""email"": ""bob@x.jp"", ""name"": ""Bob Lee""}]"\n',
        "messages": "id,user_id,status,sent_date\nm1,u1,sent,2024-02-09\n",
    }
    options: list[Any] = []
    for name, text in rows.items():
        (tmp_path / f"{name}.csv").write_text(text)
        options += [f"--{name}", tmp_path / f"{name}.csv"]

    (profile,) = json.loads(run(*options, "--as-of", DAY, "--format", "json").stdout)

    assert (profile["age"], profile["interests"], profile["friends"]) == (32, ["tea", "art"], ["Bob Lee"])
    assert (profile["order_amount_total"], profile["total_orders"], profile["venue_history"]) == (
        75.0,
        1,
        ["The Vault"],
    )
    assert (profile["days_since_last_message"], profile["can_send_new_message"]) == (1, False)


def test_only_users_are_needed(tmp_path: Path) -> None:
    """A user without other documents counts as new."""
    (tmp_path / "u.jsonl").write_text('{"id": "u1", "email": "ann@x.jp"}\n')

    done = run("--users", tmp_path / "u.jsonl", "--as-of", DAY)

    assert "  Is first time user: True\n" in done.stdout
    assert done.stdout.endswith(f"  → {ASK}\n")


def test_no_users_are_no_error(tmp_path: Path) -> None:
    """An empty file is an empty list."""
    (tmp_path / "u.json").write_text("[]")
    out = tmp_path / "p.jsonl"

    done = run("--users", tmp_path / "u.json", "--format", "json")

    assert (json.loads(done.stdout), done.exit_code) == ([], 0)
    assert run("--users", tmp_path / "u.json", "--output", out).exit_code == 0
    assert out.read_text() == ""


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ([], "give --users FILE"),
        (["--sample", "--users", __file__], "or --sample alone"),
        (["--orders", __file__], "give --users FILE"),
        (["--users", "/nowhere.json"], "does not exist"),
        (["--sample", "--as-of", "soon"], "soon is no date or time"),
        (["--sample", "--as-of", " "], "an empty text is no date or time"),
        (["--sample", "--as-of", "2024"], "2024 is no date or time"),
        (["--sample", "--output", "/nowhere/p.json"], "cannot write /nowhere/p.json"),
        (["--users", "-", "--orders", "-"], "only one file can be -"),
        (["--users", __file__, "--encoding", "klingon"], "klingon is no encoding"),
        (["--users", __file__, "--encoding", "base64"], "base64 is no encoding"),
        (["--users", __file__, "--delimiter", "ab"], "'ab' is not one character"),
        (["--users", __file__, "--delimiter", '"'], "is not one character"),
    ],
)
def test_wrong_options_are_named_on_stderr(arguments: list[str], error: str) -> None:
    """In one line, without a traceback."""
    done = run(*arguments)

    assert done.exit_code in (1, 2)
    assert error in " ".join(done.stderr.split())


def test_values_from_files_are_printed_safely(tmp_path: Path) -> None:
    """No escape sequence reaches the terminal, and values that JSON lacks are null or escaped."""
    users = tmp_path / "u.json"
    users.write_text('[{"id": "u\\u001b[31m", "own": NaN, "half": "\\ud83d"}]')

    assert "\x1b" not in run("--users", users).stdout
    (profile,) = json.loads(run("--users", users, "--format", "json").stdout)
    assert profile["half"] == "\ud83d"


def test_the_policy_of_a_file_is_used(tmp_path: Path) -> None:
    """As with `kairos replay`."""
    policy = tmp_path / "policy.toml"
    policy.write_text("cooldown_days = 30\n")

    done = run("--sample", "--policy", policy, "--format", "json")

    assert json.loads(done.stdout)[0]["can_send_new_message"] is False


def test_no_service_is_needed() -> None:
    """No client of one is imported."""
    program = (
        "import sys\nfrom workers.cli import main\n"
        "try: main(['enrich', '--sample'])\n"
        f"finally: print({set(CLIENTS)!r} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stderr.strip() == "set()"
    assert SEND in done.stdout
