"""`kairos enrich`: profiles from files, without any service."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import click

from schemas.model import RawDocument
from workers.commands.enrich_files import BrokenFile, documents
from workers.commands.enrich_progress import Bar, progress
from workers.commands.enrich_view import overview, print_profiles
from workers.commands.enrich_write import dump, open_output
from workers.demo import sample as example
from workers.people.batch.as_of import moment, reading_time
from workers.people.batch.profile_batch import BadDocument, Collection, ProfileBatch
from workers.people.policy import Policy, load_policy
from workers.runtime.process.settings import load

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
REPORTED = 20  # bad records that are named; the others are only counted
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--users", type=FILE, help="One object per person; needs an `id` (or `_id`).")
@click.option("--orders", type=FILE, help="Their orders, by `user_id`.")
@click.option("--events", type=FILE, help="Events with `participants`: addresses, or {email, name}.")
@click.option("--messages", type=FILE, help="Messages to them, by `user_id`, with a `status`.")
@click.option("--sample", is_flag=True, help="Without files: one made-up person, on 2024-02-10.")
@click.option("--as-of", metavar="TIME", help="The time of the profiles, such as 2024-02-10; now by default.")
@click.option("--policy", type=FILE, help="What counts as enough; KAIROS_POLICY by default.")
@click.option(
    "--format", "output_format", type=click.Choice(["json", "table"]), help="table; json with --output."
)
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
    output_format: Literal["json", "table"] | None,
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
    batch = empty_batch(as_of or (SAMPLE_DAY if sample else None), load_given_policy(policy))
    with progress(sum(path.stat().st_size for path in files.values()), output is not None) as bar:
        counts = add_sample(batch) if sample else add_files(batch, files, bar, strict)
        profiles = bar.track(batch.profiles(), len(batch))
        with open_output(output) as file:
            if output_format == "table" or (output_format is None and output is None):
                print_profiles(file, overview(SAMPLE_TITLE if sample else TITLE, counts), profiles)
            else:
                dump(file, profiles, output is not None and output.suffix.lower() in LINES)


def empty_batch(as_of: str | None, policy: Policy) -> ProfileBatch:
    """A batch at the given time, or now; a usage error for a text that is no time."""
    return ProfileBatch(parse_time(as_of), policy, reading_time())


def parse_time(given: str | None) -> int:
    """The given time, or now, in epoch milliseconds; a usage error for a text that is no time."""
    try:
        return moment(given)
    except ValueError:
        raise click.BadParameter(
            f"{given} is no date or time; 2024-02-10 is one", param_hint="--as-of"
        ) from None


def load_given_policy(given: Path | None) -> Policy:
    """The policy of a file, or of the settings; raises PolicyError."""
    return load_policy(given or load().kairos_policy)


def add_sample(batch: ProfileBatch) -> Counts:
    """Add the documents of the made-up person; returns the number of each kind."""
    for collection, sample in SAMPLE:
        for document in sample:
            fields = {name: value for name, value in document.items() if name != "_id"}
            batch.add(collection, {"id": document["_id"], **fields})
    return {collection: len(sample) for collection, sample in SAMPLE}


def add_files(batch: ProfileBatch, files: Mapping[Collection, Path], bar: Bar, strict: bool) -> Counts:
    """Add all entries of the files; returns the number of each kind.

    Raises ClickException when a file breaks off, when no user is left, and for a bad record if `strict`.
    """
    loader = FileLoader(batch)
    for collection, path in files.items():
        with bar.open(collection, path) as file:
            loader.add(collection, path, file)
    loader.finish(strict)
    return loader.counts


class FileLoader:
    """Adds the entries of files to a batch of profiles; bad ones are printed to stderr and counted."""

    def __init__(self, batch: ProfileBatch) -> None:
        self.counts: Counts = {}
        self._batch = batch
        self._bad = 0

    def add(self, collection: Collection, path: Path, file: io.BufferedReader) -> None:
        """Add the entries of one file; raises ClickException when it breaks off."""
        self.counts[collection] = 0
        try:
            for entry in documents(path, file):
                if error := entry.error or self._add(collection, entry.value):
                    self._report(f"{path}:{entry.line}: {error}")
                else:
                    self.counts[collection] += 1
        except BrokenFile as error:
            raise click.ClickException(f"{path}:{error}; nothing was written") from None

    def finish(self, strict: bool) -> None:
        """Print how many were bad; raises ClickException when that is too many."""
        if not self._bad:
            return
        count = f"{self._bad:,} bad {'record' if self._bad == 1 else 'records'}"
        if strict or not len(self._batch):
            raise click.ClickException(f"{count}{'' if strict else ', no user left'}; nothing was written")
        click.echo(f"{count} left out", err=True)

    def _add(self, collection: Collection, value: Any) -> str | None:
        """Add a document; returns the reason when it is bad."""
        try:
            self._batch.add(collection, value)
        except BadDocument as error:
            return str(error)
        return None

    def _report(self, line: str) -> None:
        self._bad += 1
        if self._bad <= REPORTED:
            click.echo(line, err=True)
        elif self._bad == REPORTED + 1:
            click.echo("and more", err=True)
