"""What became of the records of each file of `kairos enrich`: counts, and the closing table."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from schemas.notes import Note
from workers.commands.enrich_columns import Columns, is_suspicious, unread_line
from workers.commands.enrich_csv import counted
from workers.people.batch.profile_batch import Collection
from workers.runtime.process.terminal import safe

QUOTED = re.compile(r"“[^”]*”")
MOST_REASONS = 20  # reasons and remarks that are printed of a file
EXAMPLES = 5  # ids of no user that are compared with those of the users
FILE_WIDTH = 200  # columns where no terminal says how many
COUNTS = ("records", "used", "of no user", "same id", "left out")


@dataclass
class Group:
    """How often a thing was found, and its first example with its place."""

    example: str
    place: str
    count: int = 0


@dataclass
class FileTally:
    """What became of the records of a file; `read` = `used` + `unmet` + `repeated` + `left_out`.

    `unmet` are records that concern no user, `repeated` those that were merged into another with their id,
    `differing` the ids of which records had different values. `lost_lines` are those of what was left out.
    """

    path: str
    collection: Collection
    columns: Columns
    used: int = 0
    unmet: int = 0
    repeated: int = 0
    differing: int = 0
    left_out: int = 0
    lost_lines: int = 0
    unmet_ids: dict[str | None, str] = field(default_factory=dict)  # with the place of the first record
    notes: dict[tuple[str, str], Group] = field(default_factory=dict)  # by field and kind of reason
    remarks: dict[str, Group] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """How many records there are."""
        return self.used + self.unmet + self.repeated + self.left_out

    @property
    def passes_on(self) -> bool:
        """Whether fields that are not read are in the profiles nevertheless."""
        return self.collection == "users"

    def note(self, note: Note, place: str) -> None:
        """Count a note on a record; reasons that differ in quoted values only are one."""
        key = note.field, QUOTED.sub("“…”", note.reason)
        self.notes.setdefault(key, Group(note.reason, place)).count += 1

    def remark(self, text: str, place: str) -> None:
        """Count a remark on a record, or on the file."""
        self.remarks.setdefault(text, Group(text, place)).count += 1


def faults(tally: FileTally) -> Iterator[str]:
    """What was found in a file that `--strict` does not let pass, apart from records that were left out."""
    if tally.unmet:
        yield f"{counted(tally.unmet, 'record')} of no user"
    if tally.repeated:
        yield f"{counted(tally.repeated, 'record')} with the id of another"
    if notes := sum(group.count for group in tally.notes.values()):
        yield counted(notes, "note")
    if tally.remarks:
        yield counted(sum(group.count for group in tally.remarks.values()), "remark")
    if is_suspicious(tally.columns, tally.passes_on):
        yield "fields that are not read"


def details(tally: FileTally, users: Iterable[str]) -> Iterator[str]:
    """The lines about a file, beside its counts; `users` are the ids of all users."""
    respelled = sorted(tally.columns.respelled.items())
    if respelled:
        yield "taken: " + ", ".join(f"“{name}” as {taken_as}" for name, taken_as in respelled)
    if line := unread_line(tally.columns, tally.passes_on):
        yield line
    for group in [*tally.remarks.values()][:MOST_REASONS]:
        many = f" ({group.count:,} times, first in {group.place})" if group.count > 1 else ""
        yield f"{group.example}{many or at_line(group.place)}"
    if tally.repeated:
        merged = f"{counted(tally.repeated, 'record')} merged into others with the same id"
        yield merged + (
            f"; {counted(tally.differing, 'id')} with different values: the later count"
            if tally.differing
            else ""
        )
    if tally.unmet:
        yield f"{counted(tally.unmet, 'record')} of no user{unmet_example(tally, users)}"
    yield from note_lines(tally)


def at_line(place: str) -> str:
    """The place behind a remark; none for the first line, where remarks on the file are."""
    return "" if place == "line 1" else f" ({place})"


def note_lines(tally: FileTally) -> Iterator[str]:
    """The notes on the records, by field and reason, the most frequent first."""
    groups = sorted(tally.notes.items(), key=lambda item: -item[1].count)
    for (name, _), group in groups[:MOST_REASONS]:
        times = "1 note" if group.count == 1 else f"{group.count:,} notes, the first"
        yield f"{name}: {times} in {group.place}: {group.example}"
    if len(groups) > MOST_REASONS:
        yield f"and {len(groups) - MOST_REASONS:,} more reasons"


def unmet_example(tally: FileTally, users: Iterable[str]) -> str:
    """An id of no user, with its line; the id of a user that is written almost like it, if there is one."""
    if tally.collection == "events":
        return ": no address on their lists is that of a user"
    named = {id_: place for id_, place in tally.unmet_ids.items() if id_ is not None}
    if not named:
        return ": they have no user_id"
    loose_ids = {loose(id_): id_ for id_ in named}
    for user in users:
        if (id_ := loose_ids.get(loose(user))) is not None:
            return f", such as user_id “{id_}” in {named[id_]}; there is a user “{user}”"
    id_, place = next(iter(named.items()))
    return f", such as user_id “{id_}” in {place}"


def loose(id_: str) -> str:
    """An id without what spreadsheets add and drop: zeros before and `.0` behind a number, case, blanks."""
    text = "".join(id_.casefold().split())
    return re.sub(r"\.0+$", "", text).lstrip("0") or "0"


def sentence(tallies: Sequence[FileTally]) -> str:
    """All that `--strict` does not let pass, in one line; empty when there is nothing."""
    left_out = sum(tally.left_out for tally in tallies)
    parts = [bad_records(left_out)] if left_out else []
    totals: Counter[str] = Counter()
    for tally in tallies:
        totals.update(dict.fromkeys((f"{fault} ({tally.path})" for fault in faults(tally)), 1))
    return ", ".join([*parts, *totals])


def bad_records(count: int) -> str:
    """A number of bad records in words."""
    return counted(count, "bad record")


def print_table(tallies: Sequence[FileTally], users: Iterable[str]) -> None:
    """Print to stderr how many records of each file were read, used and left out, and why."""
    console = Console(stderr=True, highlight=False, emoji=False)
    if not console.is_terminal:
        console = Console(stderr=True, highlight=False, emoji=False, width=FILE_WIDTH)
    table = Table(box=None, pad_edge=False)
    table.add_column("file", overflow="fold")
    for name in COUNTS:
        table.add_column(name, justify="right", no_wrap=True)
    for tally in tallies:
        counts = (tally.read, tally.used, tally.unmet, tally.repeated, tally.left_out)
        table.add_row(safe(tally.path), *(f"{count:,}" for count in counts))
    console.print(table)
    for tally in tallies:
        for line in details(tally, users):
            console.print(safe(f"{tally.path}: {line}"), soft_wrap=not console.is_terminal)
