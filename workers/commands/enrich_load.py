"""Adds the records of the files of `kairos enrich` to a batch of profiles, and counts them."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import islice, pairwise
from typing import Any, BinaryIO

import click

from schemas.documents import Message, Order
from workers.commands.enrich_columns import Columns, check_header, fields_of
from workers.commands.enrich_entries import BrokenFile, FileEntry, RefusedFile
from workers.commands.enrich_files import Reading, documents
from workers.commands.enrich_tally import EXAMPLES, FileTally, bad_records, sentence
from workers.people.batch.document_facts import as_given
from workers.people.batch.profile_batch import Applied, BadDocument, Collection, ProfileBatch
from workers.product.reading.forms import OWN_IDS
from workers.product.reading.lists import read_participants
from workers.product.reading.values import READ_ERRORS, PartialRead, clean_text, read_id

REPORTED = 20  # bad records that are named; the others are only counted
JOINED = "participants"  # of an event with a row for each of them
RawFields = Mapping[Any, Any]


class FileLoader:
    """Adds the entries of files to a batch; bad ones are printed to stderr, everything is counted."""

    def __init__(
        self, batch: ProfileBatch, encoding: str | None = None, delimiter: str | None = None
    ) -> None:
        self.tallies: list[FileTally] = []
        self._batch = batch
        self._reading = Reading(encoding, delimiter)

    def add(self, collection: Collection, path: str, file: BinaryIO) -> None:
        """Add the entries of one file; raises ClickException when it is refused or breaks off."""
        tally = FileTally(path, collection, Columns(collection))
        self.tallies.append(tally)
        reading = self._reading._replace(
            fields=fields_of(collection), check=partial(check_header, collection)
        )
        ids, met = array("q"), bytearray()
        try:
            for entry in documents(path, file, reading):
                applied = self._add_entry(tally, entry)
                if applied is not None:
                    ids.append(hash(applied.document.id))
                    met.append(applied.concerns_user)
            if repeated := repeated_values(ids):
                file.seek(0)
                self._merge(tally, documents(path, file, reading), repeated, met)
        except (RefusedFile, BrokenFile) as error:
            raise click.ClickException(f"{path}:{error}; nothing was written") from None
        except OSError as error:
            raise click.ClickException(f"cannot read {path}: {error.strerror or error}") from None

    def finish(self, strict: bool) -> None:
        """Print how many were bad; raises ClickException without a user, and with `strict` for any fault."""
        bad = sum(tally.left_out for tally in self.tallies)
        if strict and (fault := sentence(self.tallies)):
            raise click.ClickException(f"{fault}; nothing was written")
        if bad and not len(self._batch):
            raise click.ClickException(f"{bad_records(bad)}, no user left; nothing was written")
        if bad:
            lines = sum(tally.lost_lines for tally in self.tallies)
            click.echo(f"{bad_records(bad)} left out{f' ({lines:,} lines)' if lines > bad else ''}", err=True)

    def user_ids(self) -> Iterator[str]:
        """The ids of the users so far."""
        return self._batch.user_ids()

    def _add_entry(self, tally: FileTally, entry: FileEntry) -> Applied | None:
        """Add one entry and count it; None for one that is no record, or bad."""
        if entry.remark is not None:
            tally.remark(entry.remark, entry.where)
            if entry.value is None:
                return None
        error = entry.error
        if error is None:
            try:
                applied = self._batch.add(tally.collection, named(tally.columns, entry.value))
            except BadDocument as bad:
                error = str(bad)
        if error is not None:
            self._report(f"{tally.path}:{entry.place}: {error}")
            tally.left_out += 1
            tally.lost_lines += entry.lines
            return None
        for note in applied.document.notes:
            tally.note(note, entry.where)
        if applied.concerns_user:
            tally.used += 1
        else:
            count_unmet(tally, applied, entry)
        return applied

    def _merge(
        self, tally: FileTally, entries: Iterable[FileEntry], repeated: set[int], met: bytearray
    ) -> None:
        """Add the records whose ids are there several times once more, as one each.

        `met` has a value for each record of the first reading; those that came since are not read.
        """
        merged: dict[str, RawFields] = {}
        members: dict[str, list[int]] = {}
        differing: set[str] = set()
        documents_read = islice(identified(tally.collection, entries), len(met))
        for number, (id_, document) in enumerate(documents_read):
            if id_ is None or hash(id_) not in repeated:
                continue
            if id_ in merged and differ(merged[id_], document):
                differing.add(id_)
            merged[id_] = merge(merged.get(id_, {}), document)
            members.setdefault(id_, []).append(number)
        for id_, numbers in members.items():
            if len(numbers) == 1:  # another id has the same hash
                continue
            applied = self._batch.add(tally.collection, merged[id_])
            met_before = sum(met[number] for number in numbers)
            tally.used += applied.concerns_user - met_before
            tally.unmet += (not applied.concerns_user) - (len(numbers) - met_before)
            tally.repeated += len(numbers) - 1
        tally.differing = len(differing)

    def _report(self, line: str) -> None:
        reported = sum(tally.left_out for tally in self.tallies) + 1
        if reported <= REPORTED:
            click.echo(line, err=True)
        elif reported == REPORTED + 1:
            click.echo("and more", err=True)


def named(columns: Columns, value: Any) -> Any:
    """A document with the fields' own names; other values as they are."""
    return columns.named(value) if type(value) is dict or isinstance(value, Mapping) else value


def count_unmet(tally: FileTally, applied: Applied, entry: FileEntry) -> None:
    """Count a record that concerns no user; a few of the ids that it names are remembered."""
    tally.unmet += 1
    document = applied.document
    if isinstance(document, Order | Message) and len(tally.unmet_ids) < EXAMPLES:
        tally.unmet_ids.setdefault(document.user_id, entry.where)


def repeated_values(values: "array[int]") -> set[int]:
    """The values that are there more than once."""
    return {value for value, following in pairwise(sorted(values)) if value == following}


def identified(
    collection: Collection, entries: Iterable[FileEntry]
) -> Iterator[tuple[str | None, RawFields]]:
    """The documents that were added, with their ids (None without one)."""
    columns = Columns(collection)
    for entry in entries:
        if entry.error is not None or not isinstance(entry.value, Mapping):
            continue
        document = as_given(columns.named(entry.value))
        try:
            id_ = None if document["id"] is None else read_id(document["id"])
        except READ_ERRORS:
            id_ = None
        if id_ is not None or collection != "users":
            yield id_, document


def merge(earlier: RawFields, later: RawFields) -> RawFields:
    """A record with the values of both; the later counts, unless it is empty. Participants are joined."""
    merged = dict(earlier)
    for name, value in later.items():
        if name == JOINED and not is_blank(earlier.get(name)):
            merged[name] = [*participants(earlier[name]), *participants(value)]
        elif name not in merged or not is_blank(value):
            merged[name] = value
    return merged


def participants(value: Any) -> list[Any]:
    """The participants of an event who can be read; the notes on the others are those of their own record."""
    try:
        read = [] if value is None else read_participants(value)
    except READ_ERRORS:
        return []
    return read.value if isinstance(read, PartialRead) else read


def differ(earlier: RawFields, later: RawFields) -> bool:
    """Whether two records have different values of one field, both not empty."""
    return any(
        earlier[name] != value and not is_blank(value) and not is_blank(earlier[name])
        for name, value in later.items()
        if name in earlier and name not in (*OWN_IDS, JOINED)
    )


def is_blank(value: Any) -> bool:
    """Whether a value is nothing, an empty list or object, or one of the words for nothing."""
    return clean_text(value) is None if isinstance(value, str) else value is None or value in ([], {})
