"""Imports suppressions and consents from a file: CSV, JSON or JSON Lines, read as `kairos enrich` does."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from schemas.permissions import OfSubject
from workers.commands.enrich_entries import BrokenFile, FileEntry, RefusedFile
from workers.commands.enrich_files import Reading, documents
from workers.commands.enrich_open import open_input
from workers.commands.enrich_options import delimiter_option, encoding_option
from workers.commands.permission_records import say
from workers.commands.permission_rows import NAMES, ImportDefaults, RowReader, check_header
from workers.product.reading.values import READ_ERRORS
from workers.runtime.kafka.sync_producer import sync_producer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load

REPORTED = 20  # rows that cannot be used and are named
OPTIONS = (
    click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True)),
    click.option(
        "--encoding", callback=encoding_option, help="Of a file that is not UTF-8: cp932, cp1252, …"
    ),
    click.option("--delimiter", callback=delimiter_option, help="Of CSV, where it is not found: `;`, tab, …"),
)


def file_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the argument FILE and the options that say how it is read."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


class PermissionRows:
    """The rows of a file; those that cannot be used are named on stderr and counted in `left_out`."""

    def __init__(self, path: str, reading: Reading, read: RowReader, defaults: ImportDefaults) -> None:
        self.left_out = 0
        self._path, self._reading, self._read, self._defaults = path, reading, read, defaults

    def values(self) -> Iterator[OfSubject]:
        """What the rows say; raises ClickException for a file that is refused or breaks off."""
        try:
            with open_input(self._path) as file:
                for entry in documents(self._path, file, self._reading):
                    yield from self._of(entry)
        except (RefusedFile, BrokenFile) as error:
            raise click.ClickException(f"{self._path}:{error}") from None

    def _of(self, entry: FileEntry) -> Iterator[OfSubject]:
        error = entry.error
        if error is None and isinstance(entry.value, Mapping):
            try:
                yield from self._read(entry.value, self._defaults)
                return
            except READ_ERRORS as unread:
                error = str(unread)
        elif error is None and entry.remark is not None:
            return
        self._leave_out(entry, error or "is no object")

    def _leave_out(self, entry: FileEntry, error: str) -> None:
        self.left_out += entry.lines
        if self.left_out <= REPORTED:
            click.echo(f"{self._path}:{entry.place}: {error}", err=True)


def import_file(
    topic: str,
    path: str,
    read: RowReader,
    defaults: ImportDefaults,
    options: Mapping[str, Any],
) -> None:
    """Write what the rows of a file say to a topic; SystemExit(1) when some of them could not be used."""
    reading = Reading(options["encoding"], options["delimiter"], frozenset(NAMES), check_header)
    rows = PermissionRows(path, reading, read, defaults)
    with sync_producer(load(), topic) as producer:
        count = say(producer, topic, rows.values(), now_ms())
    click.echo(f"{count:,} {topic} written; {rows.left_out:,} rows left out")
    if rows.left_out:
        raise SystemExit(1)
