"""What `kairos enrich` writes is what the batch function gives, of any product."""

import io
import json
from collections.abc import Iterable
from typing import Any

from hypothesis import given

from tests.property.products import START, DocumentChange, products, remaining
from workers.commands.enrich_write import dump
from workers.people.batch.enrich import COLLECTIONS
from workers.people.batch.profile_batch import ProfileBatch
from workers.people.policy import Policy


def batch_of(history: list[DocumentChange]) -> ProfileBatch:
    """A batch with the documents at the end of a history."""
    batch, documents = ProfileBatch(START, Policy()), remaining(history)
    for collection in COLLECTIONS:
        for document in documents[collection]:
            batch.add(collection, document.raw)
    return batch


def written(profiles: Iterable[dict[str, Any]]) -> list[Any]:
    """Profiles as the command writes them, read again."""
    file = io.StringIO()
    dump(file, profiles, lines=True)
    return [json.loads(line) for line in file.getvalue().split("\n") if line]


@given(products)
def test_the_file_has_the_profiles_of_the_batch_function(history: list[DocumentChange]) -> None:
    """Dates and times are the same text, whoever makes it; the users are in their order."""
    in_file = written(batch_of(history).profiles(to_json=False))
    assert in_file == written(batch_of(history).profiles())
    assert [profile["id"] for profile in in_file] == [user.raw["id"] for user in remaining(history)["users"]]
