"""How `kairos jobs evaluate` shows its figures: tables, JSON, and Markdown for a README."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from math import isnan
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from workers.commands import jobs_evaluate_points as points
from workers.evaluate.figures import COHORTS, JOBS, Figures
from workers.evaluate.kairos import KAIROS
from workers.evaluate.lineup import Requirement, bars
from workers.evaluate.metrics import Interval
from workers.recommend.policy import FeedPolicy

Fitted = Mapping[str, Sequence[FeedPolicy]]  # the policy of each run, by result
FILE_WIDTH = 170  # characters of a line in a file or a pipe
SHORT = ("newcomers with a profile", "newcomers without", "1-4 acts", "regulars", "everybody")


def figure(interval: Interval) -> str:
    """`0.123 (0.110-0.140)`; a dash for what is not known."""
    if isnan(interval.value):
        return "–"
    bounds = "" if isnan(interval.low) else f" ({interval.low:.3f}-{interval.high:.3f})"
    return f"{interval.value:.3f}{bounds}"


def show(results: Mapping[str, Figures], fitted: Fitted, *, as_json: bool, as_markdown: bool) -> None:
    """Print the results, and the points that were fitted for each, in one of the three forms."""
    if as_json:
        click.echo(json.dumps(data(results, fitted), indent=2, ensure_ascii=False))
    elif as_markdown:
        click.echo("\n".join([markdown(results), *(["", *points.as_markdown(fitted)] if fitted else [])]))
    else:
        show_tables(results)
        for name, policies in fitted.items():
            click.echo(points.as_toml(name, policies))


def show_tables(results: Mapping[str, Figures]) -> None:
    """Print four tables for each result."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=FILE_WIDTH)
    for name, figures in results.items():
        for jobs in JOBS:
            console.print(cohort_table(name, figures, jobs))
        console.print(whole_table(name, figures))
        console.print(bar_table(name, figures))
        for line in passed_over(figures):
            console.print(line, style="dim")


def cohort_table(name: str, figures: Figures, jobs: str) -> Table:
    """NDCG@10 of everybody for each cohort."""
    which = "jobs that are new to the person" if jobs == "new" else "all open jobs"
    there = [cohort for cohort in COHORTS if figures.has(cohort, jobs)]
    views = {cohort: figures.line(KAIROS, cohort, jobs) for cohort in there}
    heads = [f"{cohort}\n{views[cohort].views} views, {views[cohort].people} people" for cohort in there]
    table = Table("NDCG@10 (95 %)", *heads, title=f"{name}: {which}")
    for recommender in figures.names:
        cells = [figure(figures.line(recommender, cohort, jobs).ndcg) for cohort in there]
        table.add_row(recommender, *cells, style="bold" if recommender == KAIROS else None)
    return table


def whole_table(name: str, figures: Figures) -> Table:
    """The other figures, for everybody and new jobs."""
    heads = ("hit rate@10", "graded NDCG@10", "MRR@10", "coverage@10", "Gini", "novelty (bits)")
    table = Table("everybody", *heads, title=f"{name}: jobs that are new to the person")
    for recommender in figures.names if figures.has("everybody") else ():
        line, spread = figures.line(recommender, "everybody", "new"), figures.spread(recommender, "new")
        shares = f"{spread.coverage:.2f}", f"{spread.gini:.2f}", f"{spread.novelty:.1f}"
        cells = figure(line.hit_rate), figure(line.graded), figure(line.mrr), *shares
        table.add_row(recommender, *cells, style="bold" if recommender == KAIROS else None)
    return table


def bar_table(name: str, figures: Figures) -> Table:
    """What is asked of the feed, and whether it holds."""
    table = Table("cohort", "against", "ratio (95 %)", "at least", "met", title=f"{name}: what is asked")
    for bar in bars(figures):
        table.add_row(bar.cohort, bar.against, figure(bar.ratio), f"{bar.least:.2f}", verdict(bar))
    return table


def verdict(bar: Requirement) -> str:
    """`yes`, `yes, not surely` when the interval reaches below, or `no`."""
    if not bar.met:
        return "no"
    return "yes" if bar.surely else "yes, not surely"


def passed_over(figures: Figures) -> Iterator[str]:
    """What was not tested, and how many jobs there were to choose from."""
    candidates = [count for run in figures.runs for count in run.candidates]
    yield f"{len(candidates):,} views tested, {sum(candidates) / len(candidates):,.0f} open jobs in the mean"
    for run in figures.runs:
        for reason, count in run.passed_over.items():
            yield f"{count:,} views {reason} were not tested"


def data(results: Mapping[str, Figures], fitted: Fitted) -> dict[str, Any]:
    """All figures as JSON, with the points of each run if they were fitted; what is not known is null."""
    found = {name: known(of_figures(figures)) for name, figures in results.items()}
    for name, policies in fitted.items():
        found[name]["points"] = [points.points_of(policy) for policy in policies]
    return found


def of_figures(figures: Figures) -> dict[str, Any]:
    """The figures of one result."""
    spreads = [figures.spread(name, jobs) for jobs in JOBS for name in figures.names]
    return {
        "runs": [run.name for run in figures.runs],
        "lines": [asdict(line) for line in figures.lines()],
        "spreads": [asdict(spread) for spread in spreads],
        "bars": [asdict(bar) | {"met": bar.met, "surely": bar.surely} for bar in bars(figures)],
        "not_tested": [dict(run.passed_over) for run in figures.runs],
    }


def known(value: Any) -> Any:
    """The value with null for NaN, which JSON does not have."""
    if isinstance(value, dict):
        return {name: known(each) for name, each in value.items()}
    if isinstance(value, list):
        return [known(each) for each in value]
    return None if isinstance(value, float) and isnan(value) else value


def markdown(results: Mapping[str, Figures]) -> str:
    """The short table: NDCG@10 for new jobs by cohort, all worlds below each other."""
    lines = [f"| world | method | {' | '.join(SHORT)} |", "|---" * (len(SHORT) + 2) + "|"]
    for name, figures in results.items():
        for recommender in figures.names:
            cells = [
                figure(figures.line(recommender, cohort, "new").ndcg) if figures.has(cohort) else "–"
                for cohort in SHORT
            ]
            mark = "**" if recommender == KAIROS else ""
            lines.append(f"| {name} | {mark}{recommender}{mark} | {' | '.join(cells)} |")
    lines += ["", "| world | cohort | against | ratio (95 %) | at least | met |", "|---" * 6 + "|"]
    for name, figures in results.items():
        for bar in bars(figures):
            cells = [name, bar.cohort, bar.against, figure(bar.ratio), f"{bar.least:.2f}", verdict(bar)]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
