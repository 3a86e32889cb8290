"""`kairos enrich`: profiles from files, without any service."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

import click

from schemas.model import RawDocument
from workers.commands.enrich_entries import STANDARD_STREAM
from workers.commands.enrich_load import FileLoader
from workers.commands.enrich_options import HELP, delimiter_option, encoding_option, epilog
from workers.commands.enrich_progress import Bar, progress
from workers.commands.enrich_tally import print_table
from workers.commands.enrich_view import overview, print_profiles
from workers.commands.enrich_write import Format, check_output, chosen_format, dump, open_output
from workers.demo import sample as example
from workers.people.batch.as_of import moment, reading_time
from workers.people.batch.profile_batch import Collection, ProfileBatch
from workers.people.policy import Policy, load_policy
from workers.runtime.process.garbage import collected_rarely
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
FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)
POLICY_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(help=HELP, epilog=epilog())
@click.option("--users", type=FILE, help="One object per person; needs an `id` (or `_id`).")
@click.option("--orders", type=FILE, help="Their orders, by `user_id`.")
@click.option("--events", type=FILE, help="Events with `participants`: addresses, or {email, name}.")
@click.option("--messages", type=FILE, help="Messages to them, by `user_id`, with a `status`.")
@click.option("--sample", is_flag=True, help="Without files: one made-up person, on 2024-02-10.")
@click.option(
    "--as-of",
    metavar="TIME",
    help="The time of the profiles; now by default. 2024-02-10 is the beginning of that day in UTC, "
    "2024-02-10T09:00+09:00 a time with a zone.",
)
@click.option("--policy", type=POLICY_FILE, help="What counts as enough; KAIROS_POLICY by default.")
@click.option(
    "--encoding", callback=encoding_option, help="Of files that are not UTF-8: cp932, cp1252, utf-16, …"
)
@click.option("--delimiter", callback=delimiter_option, help="Of CSV, where it is not found: `;`, tab, …")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["json", "jsonl", "table"]),
    help="table by default; with --output its extension decides.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="A file: .json, .jsonl (or .ndjson): one per line, .txt: the table.",
)
@click.option("--force", is_flag=True, help="Replace the output if it is there.")
@click.option("--strict", is_flag=True, help="Write nothing when anything is left out, noted or not used.")
def enrich(
    users: str | None,
    orders: str | None,
    events: str | None,
    messages: str | None,
    sample: bool,
    as_of: str | None,
    policy: Path | None,
    encoding: str | None,
    delimiter: str | None,
    output_format: Format | None,
    output: str | None,
    force: bool,
    strict: bool,
) -> None:
    """Make profiles from files; the help text is HELP."""
    given: tuple[tuple[Collection, str | None], ...] = (
        ("users", users),
        ("orders", orders),
        ("events", events),
        ("messages", messages),
    )
    files = {name: path for name, path in given if path is not None}
    check_inputs(files, sample)
    layout = chosen_format(output, output_format)
    check_output(output, files.values(), force)
    batch = empty_batch(
        as_of if as_of is not None else SAMPLE_DAY if sample else None, load_given_policy(policy)
    )
    show_bar = output not in (None, STANDARD_STREAM)
    with collected_rarely(), progress(total_size(files.values()), show_bar) as bar:
        loader = FileLoader(batch, encoding, delimiter)
        counts = add_sample(batch) if sample else add_files(loader, files, bar, strict)
        with open_output(output) as file:
            write(file, layout, SAMPLE_TITLE if sample else TITLE, counts, batch, bar)
    if not sample:
        print_table(loader.tallies, batch.user_ids())


def check_inputs(files: Mapping[Collection, str], sample: bool) -> None:
    """UsageError for files without users, with --sample, and for two that are the standard input."""
    if sample == bool(files) or (files and "users" not in files):
        raise click.UsageError("give --users FILE (and more files if you have them), or --sample alone")
    if [*files.values()].count(STANDARD_STREAM) > 1:
        raise click.UsageError("only one file can be -, the standard input")


def total_size(paths: Iterable[str]) -> int:
    """The bytes of the files; that of the standard input is unknown and counts as none."""
    return sum(os.stat(path).st_size for path in paths if path != STANDARD_STREAM)


def empty_batch(as_of: str | None, policy: Policy) -> ProfileBatch:
    """A batch at the given time, or now; a usage error for a text that is no time."""
    return ProfileBatch(parse_time(as_of), policy, reading_time())


def parse_time(given: str | None) -> int:
    """The given time, or now, in epoch milliseconds; a usage error for a text that is no time."""
    try:
        return moment(given)
    except ValueError:
        shown = given if given and given.strip() else "an empty text"
        forms = "2024-02-10 (the beginning of that day in UTC) and 2024-02-10T09:00+09:00 are such"
        raise click.BadParameter(f"{shown} is no date or time; {forms}", param_hint="--as-of") from None


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


def add_files(loader: FileLoader, files: Mapping[Collection, str], bar: Bar, strict: bool) -> Counts:
    """Add all entries of the files; returns the number of each kind that is not left out.

    Raises ClickException when a file is refused or breaks off, when no user is left, and with `strict` for
    all that is odd; the table is printed before.
    """
    for collection, path in files.items():
        with bar.open(collection, path) as file:
            loader.add(collection, path, file)
    try:
        loader.finish(strict)
    except click.ClickException:
        print_table(loader.tallies, loader.user_ids())
        raise
    return {tally.collection: tally.read - tally.left_out for tally in loader.tallies}


def write(file: IO[str], layout: Format, title: str, counts: Counts, batch: ProfileBatch, bar: Bar) -> None:
    """Write the profiles; in the table with what the fleet would decide."""
    if layout == "table":
        print_profiles(file, overview(title, counts), bar.track(batch.judged(), len(batch)))
    else:
        dump(file, bar.track(batch.profiles(to_json=False), len(batch)), layout == "jsonl")
