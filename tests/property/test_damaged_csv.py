"""CSV with one quotation mark too many or too few: no row disappears uncounted, and no person is made up."""

import io

from hypothesis import given
from hypothesis import strategies as st

from workers.commands.enrich_columns import fields_of
from workers.commands.enrich_entries import RefusedFile
from workers.commands.enrich_files import Reading, documents

NAMES = ("Ann", "Bo Li", "Smith, John; Jr", 'the "A"', "two\nlines", "")
FIELDS = fields_of("users")


def cell(text: str, delimiter: str, quoted: bool) -> str:
    """A cell as programs write it."""
    needed = quoted or any(sign in text for sign in (delimiter, '"', "\n"))
    return '"' + text.replace('"', '""') + '"' if needed else text


@given(
    names=st.lists(st.sampled_from(NAMES), min_size=2, max_size=30),
    delimiter=st.sampled_from(",;\t|"),
    quoted=st.booleans(),
    place=st.floats(0, 1, exclude_max=True),
    added=st.booleans(),
)
def test_one_wrong_quotation_mark_loses_nothing_unseen(
    names: list[str], delimiter: str, quoted: bool, place: float, added: bool
) -> None:
    """Every row is read under its id, or is among the lines that an error counts, or has a remark."""
    rows = [[f"u{number}", name, f"a{number}@x.jp", str(20 + number)] for number, name in enumerate(names)]
    header = delimiter.join(("id", "name", "email", "age")) + "\n"
    body = "".join(delimiter.join(cell(text, delimiter, quoted) for text in row) + "\n" for row in rows)
    marks = [at for at, sign in enumerate(body) if sign == '"']
    if added or not marks:
        at = int(place * len(body))
        body = body[:at] + '"' + body[at:]
    else:
        at = marks[int(place * len(marks))]
        body = body[:at] + body[at + 1 :]

    file = io.BytesIO((header + body).encode())
    try:
        entries = list(documents("users.csv", file, Reading(fields=FIELDS)))
    except RefusedFile:
        return

    ids = [entry.value.get("id", "") for entry in entries if entry.value is not None]
    known = {row[0] for row in rows}
    lost = known - set(ids)
    told = sum(entry.lines for entry in entries if entry.error) + sum(bool(entry.remark) for entry in entries)
    assert [id_ for id_ in ids if id_ not in known and '"' not in id_] == []
    assert len(lost) <= told
