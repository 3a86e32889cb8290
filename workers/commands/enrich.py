"""`kairos enrich`: profiles from files, without any service."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import click

from schemas.model import RawDocument
from workers.commands.enrich_files import BrokenFile, documents
from workers.commands.enrich_progress import Bar, progress
from workers.commands.enrich_view import overview, show
from workers.commands.enrich_write import dump, written
from workers.demo import sample as example
from workers.people.batch.as_of import moment
from workers.people.batch.profile_batch import BadDocument, Collection, Crowd
from workers.people.policy import Policy, load_policy
from workers.runtime.process import settings

Counts = dict[Collection, int]
TITLE, SAMPLE_TITLE = "USER PROFILE ENRICHMENT", "USER PROFILE ENRICHMENT - SAMPLE RUN"
SAMPLE_DAY = "2024-02-10"
SAMPLE: tuple[tuple[Collection, tuple[RawDocument, ...]], ...] = (
    ("users", example.USERS),
    ("orders", example.ORDERS),
    ("events", example.EVENTS),
    ("messages", example.MESSAGES),
)
LINES = {".jsonl", ".ndjson"}
NAMED = 20  # bad records that are named; the others are counted
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--users", type=FILE, help="One object per person; needs an `id` (or `_id`).")
@click.option("--orders", type=FILE, help="Their orders, by `user_id`.")
@click.option("--events", type=FILE, help="Events with `participants`: addresses, or {email, name}.")
@click.option("--messages", type=FILE, help="Messages to them, by `user_id`, with a `status`.")
@click.option("--sample", is_flag=True, help="Without files: one made-up person, on 2024-02-10.")
@click.option("--as-of", metavar="TIME", help="The time of the profiles, such as 2024-02-10; now by default.")
@click.option("--policy", type=FILE, help="What counts as enough; KAIROS_POLICY by default.")
@click.option("--format", "form", type=click.Choice(["json", "table"]), help="table; json with --output.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; .jsonl: one per line."
)
@click.option("--strict", is_flag=True, help="Write nothing when a record is bad.")
def enrich(
    users: Path | None,
    orders: Path | None,
    events: Path | None,
    messages: Path | None,
    sample: bool,
    as_of: str | None,
    policy: Path | None,
    form: Literal["json", "table"] | None,
    output: Path | None,
    strict: bool,
) -> None:
    """Make profiles from files, without any service.

    \b
      kairos enrich --sample
      kairos enrich --users users.json --orders orders.csv --output profiles.jsonl

    Files are JSON (an array), JSON Lines or CSV with a header; a list in a cell is `a; b`, or JSON.
    A record that cannot be used is named with its line on stderr and left out; the exit code is 1 only when
    no user is left, with --strict when any record is bad, and when a file breaks off.
    """
    given: tuple[tuple[Collection, Path | None], ...] = (
        ("users", users),
        ("orders", orders),
        ("events", events),
        ("messages", messages),
    )
    files = {name: path for name, path in given if path is not None}
    if sample == bool(files) or (files and users is None):
        raise click.UsageError("give --users FILE (and more files if you have them), or --sample alone")
    crowd = Crowd(time_of(as_of or (SAMPLE_DAY if sample else None)), policy_of(policy))
    with progress(sum(path.stat().st_size for path in files.values()), output is not None) as bar:
        counts = take_sample(crowd) if sample else take_files(crowd, files, bar, strict)
        profiles = bar.over(crowd.profiles(), len(crowd))
        with written(output) as file:
            if form == "table" or (form is None and output is None):
                show(file, overview(SAMPLE_TITLE if sample else TITLE, counts), profiles)
            else:
                dump(file, profiles, output is not None and output.suffix.lower() in LINES)


def time_of(given: str | None) -> int:
    """The time that was given, in epoch milliseconds, or now."""
    try:
        return moment(given)
    except ValueError:
        raise click.BadParameter(
            f"{given} is no date or time; 2024-02-10 is one", param_hint="--as-of"
        ) from None


def policy_of(given: Path | None) -> Policy:
    """The policy of a file, or of the settings; raises PolicyError."""
    return load_policy(given or settings.load().kairos_policy)


def take_sample(crowd: Crowd) -> Counts:
    """Take the made-up person in."""
    for collection, some in SAMPLE:
        for one in some:
            crowd.add(collection, {"id": one["_id"], **{name: one[name] for name in one if name != "_id"}})
    return {collection: len(some) for collection, some in SAMPLE}


def take_files(crowd: Crowd, files: Mapping[Collection, Path], bar: Bar, strict: bool) -> Counts:
    """Take all entries of the files in; how many of each. Raises ClickException when that is too little."""
    intake = Intake(crowd)
    for collection, path in files.items():
        with bar.open(collection, path) as file:
            intake.take(collection, path, file)
    intake.judge(strict)
    return intake.counts


class Intake:
    """Takes files in, names what is bad in them, and counts."""

    def __init__(self, crowd: Crowd) -> None:
        self.counts: Counts = {}
        self._crowd = crowd
        self._bad = 0

    def take(self, collection: Collection, path: Path, file: io.BufferedReader) -> None:
        """Take one file in; raises ClickException for one that breaks off."""
        self.counts[collection] = 0
        try:
            for found in documents(path, file):
                if wrong := found.wrong or self._wrong(collection, found.value):
                    self._name(f"{path}:{found.line}: {wrong}")
                else:
                    self.counts[collection] += 1
        except BrokenFile as error:
            raise click.ClickException(f"{path}:{error}; nothing was written") from None

    def judge(self, strict: bool) -> None:
        """Say how many were bad; raises ClickException when that is too many."""
        if not self._bad:
            return
        said = f"{self._bad:,} bad {'record' if self._bad == 1 else 'records'}"
        if strict or not len(self._crowd):
            raise click.ClickException(f"{said}{'' if strict else ', no user left'}; nothing was written")
        click.echo(f"{said} left out", err=True)

    def _wrong(self, collection: Collection, value: Any) -> str | None:
        try:
            self._crowd.add(collection, value)
        except BadDocument as error:
            return str(error)
        return None

    def _name(self, text: str) -> None:
        self._bad += 1
        if self._bad <= NAMED:
            click.echo(text, err=True)
        elif self._bad == NAMED + 1:
            click.echo("and more", err=True)
