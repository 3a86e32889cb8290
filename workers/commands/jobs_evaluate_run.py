"""Runs what `kairos jobs evaluate` was asked for: reads or makes up behaviour, and steps feeds through it."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from workers.commands.enrich_entries import BrokenFile, RefusedFile
from workers.commands.enrich_files import Reading, documents
from workers.commands.enrich_open import open_input
from workers.evaluate.feed_board import job_vectors
from workers.evaluate.figures import Figures
from workers.evaluate.fitting import TooFewViews, fitted_policy
from workers.evaluate.generator import World, generate
from workers.evaluate.lineup import lineup
from workers.evaluate.parameters import WORLDS
from workers.evaluate.reading import ACTED_ON, JOB_ID, PERSON, PERSON_ID, read_recording
from workers.evaluate.recording import Recording
from workers.evaluate.stepping import SPLIT, Tested, step_through
from workers.evaluate.writing import interaction_entries, job_entries, person_entries
from workers.recommend.embedding import Vectors
from workers.recommend.policy import FeedPolicy
from workers.recommend.table_embedder import TableEmbedder

RECORDED = "recorded"  # what the result of recorded behaviour is called


class Evaluation:
    """Runs worlds or recordings with one policy, and shows how far it is on stderr."""

    def __init__(self, policy: FeedPolicy, tests: int, *, with_implicit: bool, fit: bool = False) -> None:
        self._policy, self._tests, self._with_implicit, self._fit = policy, tests, with_implicit, fit
        self._embedder = TableEmbedder()
        self.fitted: dict[str, list[FeedPolicy]] = {}  # by world, one for each run

    def of_world(self, name: str, seeds: tuple[int, ...], write: Path | None) -> Figures:
        """The figures of a world with all seeds together; each is written to a folder of its own."""
        runs = []
        for seed in seeds:
            with progress(f"{name}, seed {seed}: people") as tell:
                world = generate(WORLDS[name], seed, tell)
            if write is not None:
                write_files(world.recording, write / f"{name}-{seed}")
            runs.append(self._run(name, world.recording, world))
        return Figures(runs)

    def of_files(self, jobs: str, acts: str, people: str | None) -> Figures:
        """The figures of recorded behaviour; what is wrong with the files is said on stderr."""
        recording = read_files(jobs, acts, people)
        for reason, count in sorted(recording.problems.items()):
            click.echo(f"{reason} ({count:,}×)", err=True)
        return Figures([self._run(RECORDED, recording, None)])

    def _run(self, result: str, recording: Recording, world: World | None) -> Tested:
        name = recording.name or result
        vectors = job_vectors(recording, self._embedder)
        fitted = self._fitted(name, recording, vectors) if self._fit else None
        if fitted is not None:
            self.fitted.setdefault(result, []).append(fitted)
        everybody = lineup(
            recording,
            self._embedder,
            self._policy,
            world,
            with_implicit=self._with_implicit,
            fitted=fitted,
            vectors=vectors,
        )
        with progress(f"{name}: feeds") as tell:
            tested = step_through(recording, everybody, SPLIT, self._tests, tell)
        if not tested.person:
            raise click.ClickException(f"{name}: there is no view of an open job to test with")
        return tested

    def _fitted(self, name: str, recording: Recording, vectors: Vectors) -> FeedPolicy:
        """The policy with points fitted to the part of the acts that is not tested."""
        with progress(f"{name}: points") as tell:
            try:
                return fitted_policy(recording, vectors, self._embedder, self._policy, SPLIT, tell)
            except TooFewViews as error:
                raise click.ClickException(f"{name}: {error}") from None


def read_files(jobs: str | None, acts: str | None, people: str | None) -> Recording:
    """The recording of two or three files; ClickException for one that cannot be read at all."""
    problems: Counter[str] = Counter()
    return read_recording(
        values(jobs, "job", JOB_ID, problems),
        values(acts, "interaction", (*PERSON, *ACTED_ON), problems),
        values(people, "person", PERSON_ID, problems),
        problems,
    )


def values(path: str | None, what: str, fields: tuple[str, ...], problems: Counter[str]) -> Iterator[Any]:
    """The objects of a file, none without one; lines that are none are counted."""
    if path is None:
        return
    try:
        with open_input(path) as file:
            for entry in documents(path, file, Reading(fields=fields)):
                if entry.error is not None:
                    problems[f"{what}: cannot be read"] += 1
                elif entry.remark is None:
                    yield entry.value
    except (RefusedFile, BrokenFile) as error:
        raise click.ClickException(f"{path}:{error}") from None
    except OSError as error:
        raise click.ClickException(f"cannot read {path}: {error.strerror or error}") from None


def write_files(recording: Recording, folder: Path) -> None:
    """Write a recording as three files of JSON Lines."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, entries in (
        ("jobs", job_entries(recording)),
        ("people", person_entries(recording)),
        ("interactions", interaction_entries(recording)),
    ):
        lines = (json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
        (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")


@contextmanager
def progress(title: str) -> Iterator[Any]:
    """A bar on stderr, a line without a terminal; the function that moves it gets the part that is done."""
    console = Console(stderr=True)
    if not console.is_terminal:
        click.echo(f"{title} …", err=True)
        yield lambda _: None
        return
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bars:
        task: TaskID = bars.add_task(title, total=1.0)
        yield lambda part: bars.update(task, completed=part)
