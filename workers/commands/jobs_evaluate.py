"""`kairos jobs evaluate`: measures the job feed against honest rivals, on made-up or recorded behaviour."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workers.commands.help import NOTHING, needs
from workers.evaluate.parameters import TABLE_SEEDS, TUNING_SEEDS, WORLDS
from workers.runtime.process.settings import load

if TYPE_CHECKING:
    from workers.evaluate.figures import Figures

TESTS = 2_000
FILE = click.Path(dir_okay=False, allow_dash=True)
BEHIND = "Behind --jobs stands --interactions, and perhaps --people."


@click.command(
    epilog=needs(
        f"{NOTHING}; the rivals BM25 and ALS the extra kairos[evaluate]",
        "kairos jobs evaluate --world half --seed 1",
        "kairos jobs evaluate --jobs jobs.jsonl --interactions views.csv --fit",
        "kairos jobs evaluate --table --markdown",
    )
)
@click.option("--world", "worlds", multiple=True, type=click.Choice(list(WORLDS)), help="A made-up world.")
@click.option(
    "--seed", "seeds", multiple=True, type=click.IntRange(0), help="Of the world; several are pooled."
)
@click.option("--table", "whole", is_flag=True, help="All worlds, with the seeds that nothing was tuned on.")
@click.option("--jobs", "jobs_file", type=FILE, help="Jobs: JSON Lines, JSON or CSV; - is stdin.")
@click.option("--interactions", "acts_file", type=FILE, help="Person, job, kind, seconds, time.")
@click.option("--people", "people_file", type=FILE, help="Profiles: id, text, place, language.")
@click.option("--tests", type=click.IntRange(1), default=TESTS, show_default=True, help="Views tested a run.")
@click.option("--policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A policy.toml.")
@click.option(
    "--fit", is_flag=True, help="Fit the points to the first half, and print them; so does --table."
)
@click.option("--without-implicit", is_flag=True, help="Leave out the rivals of the library implicit.")
@click.option("--write", type=click.Path(file_okay=False, path_type=Path), help="Write a world's files here.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the short table as Markdown.")
def evaluate(
    worlds: tuple[str, ...],
    seeds: tuple[int, ...],
    whole: bool,
    jobs_file: str | None,
    acts_file: str | None,
    people_file: str | None,
    tests: int,
    policy: Path | None,
    fit: bool,
    without_implicit: bool,
    write: Path | None,
    as_json: bool,
    as_markdown: bool,
) -> None:
    """Measure the job feed: how high it ranks the job that a person views next.

    Goes through behaviour in the order of time: before each view of the second half, the feed and its rivals
    rank every job that is open, then all of them learn it. Shown are NDCG@10, hit rate, MRR, coverage and
    more, with 95 % intervals over people, and what the feed has to reach.

    With --fit the points of [jobs.points] are first fitted to the views of the first half, by a conditional
    logit, and the second half is ranked with them. They are printed as lines of a policy.toml.
    """
    from workers.commands import jobs_evaluate_run, jobs_evaluate_view  # slow: not for other commands
    from workers.recommend.policy import load_feed_policy

    feed = load_feed_policy(policy or load().kairos_policy)
    runner = jobs_evaluate_run.Evaluation(feed, tests, with_implicit=not without_implicit, fit=fit or whole)
    results: dict[str, Figures] = {}
    if jobs_file or acts_file or people_file:
        if worlds or seeds or whole or write or not (jobs_file and acts_file):
            raise click.UsageError(f"--jobs and --interactions go together, and without a world. {BEHIND}")
        results[jobs_evaluate_run.RECORDED] = runner.of_files(jobs_file, acts_file, people_file)
    else:
        names = tuple(WORLDS) if whole else worlds or ("half",)
        numbers = TABLE_SEEDS if whole else seeds or TUNING_SEEDS[:1]
        for name in names:
            results[name] = runner.of_world(name, numbers, write)
    jobs_evaluate_view.show(results, runner.fitted, as_json=as_json, as_markdown=as_markdown)
