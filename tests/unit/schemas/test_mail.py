"""The payload of `emails`: `verdict`, and `outcome`, its former name."""

import copy
import json
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.mail import Email
from topics.snapshot import broken, current

RECORD: dict[str, Any] = dict(Email.EXAMPLES[0])
OLD_RECORD = {("outcome" if name == "verdict" else name): value for name, value in RECORD.items()}


def loads(record: dict[str, Any]) -> Email:
    """Read a record as a consumer does."""
    return Email.loads(json.dumps(record).encode())


@pytest.mark.parametrize("verdict", ["send", "ask"])
def test_a_record_from_before_verdict_is_read(verdict: str) -> None:
    """Its `outcome` is the verdict."""
    assert loads(OLD_RECORD | {"outcome": verdict}) == loads(RECORD | {"verdict": verdict})
    assert loads(OLD_RECORD | {"outcome": verdict}).verdict == verdict


def test_a_written_record_has_both_names() -> None:
    """Readers from before find `outcome`, with the same value; all else is as it was."""
    written = json.loads(Email.model_validate(RECORD | {"verdict": "ask"}).dumps())

    assert (written["verdict"], written["outcome"]) == ("ask", "ask")
    added = {
        "model",
        "campaign",
        "preheader",
        "signature",
        "html",
        "text",
        "jobs",
        "events",
        "making",
        "variation",
        "variations",
    }
    assert set(written) - set(OLD_RECORD) == {"verdict", *added}
    assert loads(written) == Email.model_validate(RECORD | {"verdict": "ask"})


def test_verdict_counts_when_both_names_are_there() -> None:
    """`outcome` is only read when `verdict` is missing."""
    assert loads(RECORD | {"verdict": "ask", "outcome": "send"}).verdict == "ask"


@pytest.mark.parametrize(
    "fields", [{}, {"verdict": None}, {"outcome": None}, {"outcome": "written"}, {"verdict": "wait"}], ids=str
)
def test_a_record_without_a_verdict_is_refused(fields: dict[str, Any]) -> None:
    """Under neither name, or with another word than send and ask."""
    record = {name: value for name, value in RECORD.items() if name != "verdict"}

    with pytest.raises(ValidationError, match="verdict"):
        loads(record | fields)


def test_the_schema_breaks_no_reader_of_before() -> None:
    """`outcome` is still required and marked as deprecated; `verdict` is new and not required."""
    new = current()["emails.json"]
    old = copy.deepcopy(new)
    old["properties"]["outcome"] = old["properties"].pop("verdict")

    assert broken({"emails.json": old}, {"emails.json": new}) == []
    assert "outcome" in new["required"]
    assert "verdict" not in new["required"]
    assert new["properties"]["outcome"]["deprecated"] is True
    assert new["properties"]["verdict"]["enum"] == new["properties"]["outcome"]["enum"] == ["send", "ask"]
