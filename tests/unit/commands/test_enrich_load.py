"""What becomes of the records of `kairos enrich`: names of fields, ids, duplicates, notes; and --strict."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.unit.commands.test_enrich import run

DAY = "2024-02-10"
ANN = '[{"id": "a", "email": "a@example.com", "name": "Ann"}]'


def enrich(tmp_path: Path, *options: str, **files: str) -> Result:
    """Run the command on files of the given content; JSON begins with a bracket, all else is CSV."""
    arguments: list[str | Path] = ["--as-of", DAY, "--format", "json", *options]
    for name, text in files.items():
        path = tmp_path / f"{name}{'.json' if text.lstrip()[:1] in '[{' else '.csv'}"
        path.write_text(text)
        arguments += [f"--{name}", path]
    return run(*arguments)


def profiles(done: Result) -> dict[str, dict[str, Any]]:
    """The profiles by id."""
    assert done.exit_code == 0, done.stderr
    return {profile["id"]: profile for profile in json.loads(done.stdout)}


def counts(done: Result, name: str) -> list[str]:
    """The numbers of a file in the table: records, used, of no user, same id, left out."""
    return next(
        line for line in done.stderr.splitlines() if f"{name}.csv  " in line or f"{name}.json  " in line
    ).split()[1:]


@pytest.mark.parametrize(
    "header",
    ["id,Name,Email", "ID,NAME,E-Mail", "Id, name ,e_mail", "id,name,ｅｍａｉｌ"],
)
def test_fields_are_taken_in_another_spelling(header: str, tmp_path: Path) -> None:
    """In another case, with other signs between the words; the table says so."""
    done = enrich(tmp_path, users=f"{header}\n1,Ann,a@example.com\n")

    assert (profiles(done)["1"]["name"], profiles(done)["1"]["email"]) == ("Ann", "a@example.com")
    assert "taken: " in done.stderr
    assert "users.json: taken: “userId”" not in done.stderr


def test_fields_of_json_are_taken_in_another_spelling(tmp_path: Path) -> None:
    """A field under its own name wins, and the other one is not read."""
    users = '[{"id": "a", "homeNeighborhood": "SoMa", "email": "a@example.com", "Email": "b@example.com"}]'
    done = enrich(tmp_path, users=users, orders='[{"ID": 1, "userId": "a", "Amount": 80}]')

    assert profiles(done)["a"]["email"] == "a@example.com"
    assert profiles(done)["a"]["home_neighborhood"] == "SoMa"
    assert profiles(done)["a"]["order_amount_total"] == 80.0
    assert "orders.json: taken: “Amount” as amount, “ID” as id, “userId” as user_id" in done.stderr
    assert "users.json: not read, in the profiles as they are: “Email” (did you mean email?)" in done.stderr


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("attendees", "participants"),
        ("Participant", "participants"),
        ("参加者", "participants"),
        ("organizer", "host"),
        ("会場", "venue"),
        ("event date", "date"),
        ("Booking Venue", "venue"),
        ("eventHostName", "host"),
        ("ticket id", None),
        ("shoe size", None),
    ],
)
def test_fields_that_nobody_reads_are_named_with_what_may_be_meant(
    name: str, field: str | None, tmp_path: Path
) -> None:
    """Words of other tools, Japanese ones, and near misses; --strict does not let them pass."""
    events = f"id,name,{name}\ne1,Dinner,a@example.com\n"

    done = enrich(tmp_path, users=ANN, events=events)

    assert f"not read: “{name}”{f' (did you mean {field}?)' if field else ''}" in done.stderr
    assert "fields that are not read" in enrich(tmp_path, "--strict", users=ANN, events=events).stderr


def test_own_fields_of_users_are_passed_on_and_are_no_fault(tmp_path: Path) -> None:
    """Unless one of them may stand for a field."""
    done = enrich(tmp_path, "--strict", users='[{"id": "a", "club": "x"}]')
    assert profiles(done)["a"]["club"] == "x"
    assert "not read, in the profiles as they are: “club”" in done.stderr

    assert enrich(tmp_path, "--strict", users='[{"id": "a", "メール": "x"}]').exit_code == 1


@pytest.mark.parametrize(
    ("user", "named", "hint"),
    [
        ("00123", "123", "; there is a user “00123”"),
        ("123", "00123", "; there is a user “123”"),
        ("Ann-1", "ann-1 ", "; there is a user “Ann-1”"),
        ("1", "10", ""),
    ],
)
def test_records_of_no_user_are_counted_per_file(user: str, named: str, hint: str, tmp_path: Path) -> None:
    """With an example, and the user who may be meant; --strict does not let them pass."""
    files = {
        "users": f"id,email\n{user},a@example.com\n",
        "orders": f"id,user_id,amount\n1,{named},80\n2,{named},80\n",
    }
    done = enrich(tmp_path, **files)

    assert profiles(done)[user]["total_orders"] == 0
    assert counts(done, "orders") == ["2", "0", "2", "0", "0"]
    assert f"2 records of no user, such as user_id “{named.strip()}” in line 2{hint}\n" in done.stderr
    assert "Error: 2 records of no user (" in enrich(tmp_path, "--strict", **files).stderr


def test_records_that_name_no_user_are_counted_too(tmp_path: Path) -> None:
    """Messages without a user_id, and events to which no user comes."""
    done = enrich(
        tmp_path,
        users=ANN,
        messages="id,status\n1,sent\n",
        events='[{"id": 1, "participants": ["x@example.com"]}, {"id": 2, "participants": ["A@example.com"]}]',
    )

    assert counts(done, "messages") == ["1", "0", "1", "0", "0"]
    assert "1 record of no user: they have no user_id" in done.stderr
    assert counts(done, "events") == ["2", "1", "1", "0", "0"]
    assert "1 record of no user: no address on their lists is that of a user" in done.stderr


@pytest.mark.parametrize(
    "rows",
    [
        ["#1,a,240.00,2024-01-03", "#1,,,2024-01-03"],
        ["#1,,,2024-01-03", "#1,a,240.00,"],
        ["#1,a,,", "#1,,240.00,", "#1,,,2024-01-03"],
        ["#1,a,240.00,2024-01-03", "#2,b,1,2024-01-01", "#1,n/a,none,"],
    ],
)
def test_rows_with_one_id_are_one_record_and_a_blank_takes_nothing_away(
    rows: list[str], tmp_path: Path
) -> None:
    """In any order, next to each other or not; the table says how many were merged."""
    done = enrich(tmp_path, users=ANN, orders="\n".join(["id,user_id,amount,date", *rows]))

    profile = profiles(done)["a"]
    assert (profile["total_orders"], profile["order_amount_total"]) == (1, 240.0)
    assert profile["last_order_date"] == "2024-01-03"
    merged = len([row for row in rows if row.startswith("#1")]) - 1
    assert counts(done, "orders")[3] == str(merged)
    assert counts(done, "orders")[1] == "1"
    assert (
        enrich(tmp_path, "--strict", users=ANN, orders="\n".join(["id,user_id,amount", *rows])).exit_code == 1
    )


def test_a_user_who_is_there_twice_keeps_what_the_first_row_has(tmp_path: Path) -> None:
    """Different values are told, and the later one counts."""
    users = '[{"id": 1, "email": "a@example.com", "age": 30}, {"id": 2}, {"id": "1", "email": "", "age": 31}]'
    done = enrich(
        tmp_path, users=users, events='[{"id": 1, "date": "2024-01-01", "participants": ["a@example.com"]}]'
    )

    assert list(profiles(done)) == ["1", "2"]
    profile = profiles(done)["1"]
    assert (profile["email"], profile["age"]) == ("a@example.com", 31)
    assert profile["number_of_events_attended"] == 1
    assert "1 record merged into others with the same id; 1 id with different values" in done.stderr
    assert counts(done, "users") == ["3", "2", "0", "1", "0"]


def test_an_event_in_several_rows_and_a_message_are_merged_too(tmp_path: Path) -> None:
    """A message that was sent stays so when a later row is empty."""
    done = enrich(
        tmp_path,
        users=ANN,
        events="id,date,venue,participants\ne,2024-01-05,,a@example.com\ne,,The Vault,\n",
        messages="id,user_id,status,sent_date\nm,a,sent,2024-02-09\nm,,,\n",
    )

    profile = profiles(done)["a"]
    assert (profile["venue_history"], profile["last_event_date"]) == (["The Vault"], "2024-01-05")
    assert (profile["total_messages_sent"], profile["can_send_new_message"]) == (1, False)


def test_an_event_with_a_row_for_each_participant_has_all_of_them(tmp_path: Path) -> None:
    """Lists of attendees are exported so; nobody is lost, next to each other or not."""
    users = '[{"id": "a", "email": "a@example.com"}, {"id": "b", "email": "b@example.com"}]'
    rows = [
        "e1,2024-01-05,Ann <a@example.com>",
        "e2,2024-01-06,a@example.com",
        "e1,,b@example.com; c@example.com",
    ]
    done = enrich(tmp_path, users=users, events="\n".join(["id,date,participants", *rows]))

    assert [profiles(done)[id_]["number_of_events_attended"] for id_ in "ab"] == [2, 1]
    assert counts(done, "events") == ["3", "2", "0", "1", "0"]
    assert "different values" not in done.stderr


def test_records_without_an_id_are_not_taken_for_one(tmp_path: Path) -> None:
    """Nor for one whose id looks like a number of theirs."""
    done = enrich(tmp_path, users=ANN, orders="id,user_id,amount\n,a,1\n,a,2\n#1,a,4\n#2,a,8\n")

    assert profiles(done)["a"]["order_amount_total"] == 15.0
    assert counts(done, "orders") == ["4", "4", "0", "0", "0"]


def test_notes_are_told_by_reason_and_in_the_table(tmp_path: Path) -> None:
    """With the first place of each; --strict does not let them pass."""
    users = "id,age\n1,thirty\n2,old\n3,200\n4,30\n"
    done = enrich(tmp_path, users=users)

    assert "users.csv: age: 2 notes, the first in line 2: “thirty” is no age in years" in done.stderr
    assert "users.csv: age: 1 note in line 4: “200” is outside" in done.stderr
    assert "Error: 3 notes (" in enrich(tmp_path, "--strict", users=users).stderr
    page = run("--users", tmp_path / "users.csv").stdout
    assert "⚠ Notes on the data:\n  users/1: age: “thirty” is no age in years\n" in page


def test_the_place_in_json_of_one_line_is_told(tmp_path: Path) -> None:
    """By the number of the record, and in a syntax error by the column too."""
    errors = enrich(tmp_path, users='[{"id":1},{"x":2},{"id":3},5]').stderr
    assert "users.json:1: record 2: id: missing\n" in errors
    assert "users.json:1: record 4: is no object but int\n" in errors

    errors = enrich(tmp_path, users='[{"id":1},{"id" 3}]').stderr
    assert "users.json:1: not JSON: Expecting ':' delimiter (column 17, record 2); nothing" in errors


def test_strict_lets_clean_files_pass(tmp_path: Path) -> None:
    """With the table, and the exit code 0."""
    done = enrich(tmp_path, "--strict", users=ANN, orders="id,user_id,amount\n1,a,80\n")

    assert profiles(done)["a"]["total_orders"] == 1
    assert " ".join(done.stderr.splitlines()[0].split()) == "file records used of no user same id left out"
    assert len(done.stderr.splitlines()) == 3
