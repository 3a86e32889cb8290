"""A file of `kairos enrich` to which rows are added while it is read."""

import io
import json
from typing import Any

import pytest

from workers.commands import enrich_load
from workers.commands.enrich import empty_batch
from workers.commands.enrich_files import documents
from workers.commands.enrich_load import FileLoader
from workers.people.policy import Policy


@pytest.mark.parametrize("more", ['{"id": "u1", "age": 31}', '{"id": "u2", "age": 31}', '{"id": "u3"}'])
def test_rows_that_come_while_a_file_is_read_are_not_merged(
    more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows of the first reading count: the file is read again for those with the same id."""
    people = [{"id": "u1", "age": None}, {"id": "u2", "age": 30}, {"id": "u1", "age": 29}]
    file = io.BytesIO("".join(f"{json.dumps(person)}\n" for person in people).encode())

    def growing(*arguments: Any) -> Any:
        yield from documents(*arguments)
        file.seek(0, io.SEEK_END)
        file.write(f"{more}\n".encode())

    monkeypatch.setattr(enrich_load, "documents", growing)
    batch = empty_batch("2024-02-10", Policy())
    loader = FileLoader(batch)

    loader.add("users", "users.jsonl", file)

    assert {profile["id"]: profile["age"] for profile in batch.profiles()} == {"u1": 29, "u2": 30}
    tally = loader.tallies[0]
    assert (tally.read, tally.used, tally.repeated) == (3, 2, 1)
