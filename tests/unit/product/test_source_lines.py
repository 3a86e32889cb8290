"""Every wrong entry of a file of sources is told with its line, before anything is read."""

from pathlib import Path

import pytest

from workers.product.sources import SourcesError, load_sources
from workers.product.toml_lines import with_lines

FILE = """
# the shop
[orders]
collection = "sales"
where = { status = ["paid", 1], test = { isnt = true } }

[orders.fields]
amount = { sum = "lines.total", count = "lines" }
user_id = { constant = "u1" }   # of whom?

[orders.fields.status]
path = "state"
values.paid = "plaeced"
values.void = "cancelled"
[orders.where2]

[events]
fields.participants.path = "attendees"
fields.participants.where.role = { not = [
    "host",
    7,
] }
fields.participants.status = { values = { "1" = "goin" }, path = "s" }
fields.participants.where."host.role" = { exists = "no" }
"""


def refusal(text: str, folder: Path) -> str:
    """The line with which a file is refused."""
    file = folder / "sources.toml"
    file.write_text(text)
    with pytest.raises(SourcesError) as refused:
        load_sources(file)
    assert "\n" not in str(refused.value)
    return str(refused.value).removeprefix(f"{file}: ")


def test_every_wrong_entry_has_its_line(tmp_path: Path) -> None:
    """In the order of the file, also inside inline tables and lists of several lines."""
    told = [part.split(": ")[:2] for part in refusal(FILE, tmp_path).split("; line ")]

    assert told == [
        ["line 5", "orders.where.status"],
        ["5", "orders.where.test.isnt"],
        ["8", "orders.fields.amount"],
        ["9", "orders.fields.user_id"],
        ["13", "orders.fields.status.values.paid"],
        ["15", "orders.where2"],
        ["19", "events.fields.participants.where.role.not"],
        ["23", "events.fields.participants.status.values.1"],
        ["24", "events.fields.participants.where.host.role.exists"],
    ]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("where = 5", "orders.where: Input should be a valid dictionary"),
        ("where.status = []", "orders.where.status: must be a text, a number, true or false, or a list"),
        ('where.status = ""', "orders.where.status: must be a text, a number, true or false, or a list"),
        ("where.status = nan", "orders.where.status: must be a text, a number, true or false, or a list"),
        ("where.status = 2024-01-01", "orders.where.status: must be a text, a number, true or false, or"),
        (
            "where.status = {}",
            "orders.where.status: is empty, say one of is, not, exists, same_as, not_same_as",
        ),
        (
            'where.status = { equals = "x" }',
            "orders.where.status.equals: unknown condition, there are is, not",
        ),
        (
            'where.meta.test = "x"',
            "orders.where.meta.test: unknown condition, there are is, not, exists, same_as,",
        ),
        ("where.status.exists = 1", "orders.where.status.exists: must be true or false, not 1"),
        (
            'where.status = { exists = false, not = "x" }',
            "orders.where.status: what does not exist is nothing else",
        ),
        ('where."a..b" = "x"', "orders.where.a..b: must be a path like `lines.total`, not 'a..b'"),
        ('where.a.same_as = "$b"', "orders.where.a.same_as: must be a path like `lines.total`, not '$b'"),
        ('where.a = "x"\nexternal = true', "orders.where: others write the topic itself; what they write is"),
        (
            "fields.amount = {}",
            "orders.fields.amount: says nothing to make it of, say one of path, constant,",
        ),
        (
            'fields.amount = { summ = "x" }',
            "orders.fields.amount.summ: unknown key, there are path, constant, first, join, sum, count,",
        ),
        (
            'fields.amount = { sum = "x", path = "y" }',
            "orders.fields.amount: says both path and sum to make it of",
        ),
        ("fields.amount = { sum = 5 }", "orders.fields.amount.sum: must be a path like"),
        (
            'fields.amount = { sum = "x", of = [] }',
            "orders.fields.amount.of: must be a list of paths, not []",
        ),
        (
            'fields.amount = { path = "x", of = "y" }',
            "orders.fields.amount.of: is for fields with sum, not path",
        ),
        (
            'fields.amount = { path = "x", where = {} }',
            "orders.fields.amount.where: is for fields with sum or count, not path",
        ),
        ('fields.amount = { join = ["x"] }', "orders.fields.amount.join: amount is no text"),
        ('fields.status = { sum = "x" }', "orders.fields.status.sum: status is no number"),
        ('fields.status = { join = "x" }', "orders.fields.status.join: must be a list of paths, not 'x'"),
        ('fields.status = { join = ["x"], separator = 1 }', "orders.fields.status.separator: must be a text"),
        ('fields.status.constant = "plaeced"', "orders.fields.status.constant: “plaeced” is no known status"),
        ('fields.amount.constant = "much"', "orders.fields.amount.constant: “much” is no number"),
        (
            'fields.amount.constant = ""',
            "orders.fields.amount.constant: must be a text, a number, true, false,",
        ),
        (
            "fields.amount.constant = { a = 1 }",
            "orders.fields.amount.constant: must be a text, a number, true",
        ),
        ('fields.amount.constant = "n/a"', "orders.fields.amount.constant: “n/a” stands for nothing"),
        (
            'fields.status = { path = "x", values = {} }',
            "orders.fields.status.values: must be a table like { paid = ",
        ),
        (
            'fields.status = { path = "x", values = { a = ["placed"] } }',
            "orders.fields.status.values.a: must be a text, a number, true or false, not ['placed']",
        ),
        (
            'fields.status = { path = "x", values = { Paid = "placed", paid = "cancelled" } }',
            "orders.fields.status.values.paid: is the same word as another one here",
        ),
        (
            'fields.id.constant = "x"',
            "orders.fields.id: what others refer to is read at a path, or at the first",
        ),
        ('fields.id.first = ["_id.a", "_id.b"]', "orders.fields.id: must be `_id` or a path in it"),
        ('fields.event_id.join = ["x"]', "orders.fields.event_id: what others refer to is read at a path"),
        (
            'fields.event_id = { path = "x", values = { a = "b" } }',
            "orders.fields.event_id: what others refer to is read at a path",
        ),
    ],
)
def test_a_wrong_filter_or_field_is_named_with_its_line(entry: str, told: str, tmp_path: Path) -> None:
    """In one line that says what is allowed there."""
    assert refusal(f"[orders]\n{entry}\n", tmp_path).startswith(f"line 2: {told}")


def test_dates_and_times_can_be_constants(tmp_path: Path) -> None:
    """As TOML has them."""
    file = tmp_path / "sources.toml"
    file.write_text(
        "[users.fields]\nbirth_date.constant = 1990-01-02\ncreated_at.constant = 2024-01-02T03:04:05Z\n"
    )
    fields = {rule.name: rule for rule in load_sources(file).of("users").fields}

    assert "1990-01-02" in repr(fields["birth_date"].computed)
    assert "2024-01-02T03:04:05+00:00" in repr(fields["created_at"].computed)


def test_an_entry_that_is_not_in_the_file_has_no_line() -> None:
    """Nor has one of an empty file; a part of a key is no key."""
    text = 'a = 1\n"b.c" = [\n  2,\n]\n\n[d] # x\n"e" = """\nd = 2\n"""\n'

    assert with_lines(text, ["d.e: x", "ab: x", "b.c: x", "a: x", "d.f: x"]) == [
        "ab: x",
        "line 1: a: x",
        "line 2: b.c: x",
        "line 6: d.f: x",
        "line 7: d.e: x",
    ]
    assert with_lines("", ["a: x"]) == ["a: x"]
