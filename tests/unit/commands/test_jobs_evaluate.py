"""`kairos jobs evaluate` on small files and small worlds: what it prints, and what it says of wrong input."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workers import cli
from workers.commands.jobs_evaluate_run import write_files
from workers.evaluate import fitting, parameters
from workers.evaluate.generator import generate
from workers.evaluate.parameters import WORLDS
from workers.recommend.policy import FeedPolicy, load_feed_policy

SMALL = replace(WORLDS["half"], days=12, people=120, open_jobs=80)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small world as three files."""
    folder = tmp_path_factory.mktemp("world")
    write_files(generate(SMALL, 1).recording, folder)
    return folder


def evaluate(*arguments: str | Path) -> Result:
    """Run the command without the rivals that take long."""
    given = ["jobs", "evaluate", "--without-implicit", *map(str, arguments)]
    return CliRunner().invoke(cli.kairos, given, terminal_width=200)


def of_files(folder: Path) -> list[str | Path]:
    return ["--jobs", folder / "jobs.jsonl", "--interactions", folder / "interactions.jsonl"]


def test_recorded_behaviour_gives_figures_for_every_cohort(files: Path) -> None:
    """As JSON, with intervals, without an oracle."""
    done = evaluate(*of_files(files), "--people", files / "people.jsonl", "--json", "--tests", "60")

    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["recorded"]
    lines = {(line["recommender"], line["cohort"], line["jobs"]): line for line in found["lines"]}
    kairos = lines["Kairos", "everybody", "all"]
    assert kairos["views"] == 60
    assert 0 <= kairos["ndcg"]["low"] <= kairos["ndcg"]["value"] <= kairos["ndcg"]["high"] <= 1
    assert "oracle" not in {line["recommender"] for line in found["lines"]}
    assert {spread["recommender"] for spread in found["spreads"]} >= {"Kairos", "random"}
    assert all(bar["met"] == (bar["ratio"]["value"] >= bar["least"]) for bar in found["bars"])


def test_csv_without_kinds_closing_times_and_some_seconds_runs_too(tmp_path: Path) -> None:
    """What a product may export: views only; what cannot be used is counted on stderr."""
    jobs = "id,title,location\n" + "".join(f'{n},Cook {n},"Shibuya, Tokyo"\n' for n in range(30))
    rows = [
        f"p{n % 7},{n % 30},{n if n % 3 else ''},2015-02-{1 + n // 10:02}T10:{n % 60:02}:00Z"
        for n in range(120)
    ]
    rows += [rows[0], "p1,999,5,2015-02-01", "p1,3,3196800,2015-02-12", "p2,4,-1,2015-02-12", "p3,5,7,soon"]
    (tmp_path / "jobs.csv").write_text(jobs)
    (tmp_path / "views.csv").write_text("\n".join(["person,job,seconds,time", *rows]))
    done = evaluate("--jobs", tmp_path / "jobs.csv", "--interactions", tmp_path / "views.csv")

    assert done.exit_code == 0, done.output
    assert "interaction: was told before (1×)" in done.stderr
    assert "interaction: is with a job that is not in the file of jobs (1×)" in done.stderr
    assert "interaction: seconds are more than a day; a view weighs no more for them (1×)" in done.stderr
    assert "interaction: seconds are no number from 0 on, and count as not measured (1×)" in done.stderr
    assert "interaction: time is no time (1×)" in done.stderr
    assert "Kairos" in done.stdout


def test_a_world_is_made_written_and_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables name the cohorts, what is asked, and the oracle; the files are there."""
    monkeypatch.setitem(parameters.WORLDS, "half", SMALL)
    done = evaluate("--world", "half", "--seed", "2", "--seed", "3", "--tests", "40", "--write", tmp_path)

    assert done.exit_code == 0, done.output
    for words in ("regulars", "oracle", "what is asked", "coverage@10", "80 views tested"):
        assert words in done.stdout
    assert sorted(path.name for path in (tmp_path / "half-2").iterdir()) == [
        "interactions.jsonl",
        "jobs.jsonl",
        "people.jsonl",
    ]


def test_the_table_for_the_readme_is_markdown(monkeypatch: pytest.MonkeyPatch) -> None:
    """All four worlds with the seeds of the table, and the points that were fitted for each."""
    monkeypatch.setattr(fitting, "LEAST_VIEWS", 2)
    for name, world in WORLDS.items():
        monkeypatch.setitem(parameters.WORLDS, name, replace(world, days=6, people=40, open_jobs=25))
    done = evaluate("--table", "--markdown", "--tests", "15")

    assert done.exit_code == 0, done.output
    assert [name for name in WORLDS if f"| {name} | **Kairos** |" in done.stdout] == list(WORLDS)
    assert [name for name in WORLDS if f"| {name} | Kairos, points not fitted |" in done.stdout] == list(
        WORLDS
    )
    assert "| points of | text | place | trend | fresh |" in done.stdout
    assert "seed 105" in done.stderr
    assert "seed 1:" not in done.stderr


def test_points_are_fitted_and_printed_for_a_policy(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As TOML that a policy can be read from, and as JSON; too few views are one clear line."""
    given = [*of_files(files), "--people", files / "people.jsonl", "--fit", "--tests", "20"]
    few = evaluate(*given)
    monkeypatch.setattr(fitting, "LEAST_VIEWS", 5)
    table, as_json = evaluate(*given), evaluate(*given, "--json")

    assert (few.exit_code, "views can be used to fit the points" in few.stderr) == (1, True)
    assert table.exit_code == as_json.exit_code == 0, table.output
    path = tmp_path / "policy.toml"
    path.write_text(table.stdout[table.stdout.index("# fitted: recorded") :])
    policy = load_feed_policy(path)
    (points,) = json.loads(as_json.stdout)["recorded"]["points"]
    assert points["text"] == policy.points.text != FeedPolicy().points.text
    assert points["boost"] == policy.max_boost


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--jobs", "x.jsonl"], "--jobs and --interactions go together"),
        (["--jobs", "x.jsonl", "--interactions", "x.jsonl", "--seed", "1"], "without a world"),
        (["--jobs", "x.jsonl", "--interactions", "x.jsonl"], "cannot read x.jsonl"),
        (["--world", "flat"], "'flat' is not one of"),
    ],
)
def test_wrong_options_are_one_clear_line(arguments: list[str], words: str) -> None:
    """No traceback."""
    done = evaluate(*arguments)

    assert done.exit_code != 0
    assert isinstance(done.exception, SystemExit)
    assert words in done.output


@pytest.mark.parametrize("content", ["", "{}\n", "not json\n", "[1, 2]", '{"id": "a"}\n'])
def test_files_without_a_view_end_in_one_line(tmp_path: Path, content: str) -> None:
    """Whatever is in them."""
    path = tmp_path / "odd.jsonl"
    path.write_text(content)
    done = evaluate("--jobs", path, "--interactions", path)

    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit)
    assert done.stderr.splitlines()[-1].startswith("Error: ")
