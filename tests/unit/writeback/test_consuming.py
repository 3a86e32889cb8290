"""What the worker makes of fetched records, and of a group that has gone on without it."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import structlog
from kafka import TopicPartition
from kafka.errors import CommitFailedError
from pydantic import SecretStr

from schemas.mail import Email, Engagement
from workers.product.sources import read_sources
from workers.runtime.process.settings import Settings, SettingsError
from workers.writeback import app
from workers.writeback.airtable_messages import place_of
from workers.writeback.consuming import commit, read_batches

SETTINGS = Settings(kairos_prefix="t-")


class Fetched(NamedTuple):
    """A record as the client hands it over."""

    value: bytes | None
    offset: int = 0
    partition: int = 0
    timestamp: int = 1_707_523_200_000
    headers: Sequence[tuple[str, bytes | None]] = ()


class Consumer:
    """A consumer whose commit may fail; every partition ends at offset 5."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def highwater(self, _partition: Any) -> int:
        """The end of a partition."""
        return 5

    def commit(self) -> None:
        """Fail, if that is due."""
        if self._error is not None:
            raise self._error


def test_a_batch_becomes_one_record_for_each_mail_and_a_broken_one_is_passed_over() -> None:
    """Its place is in the log."""
    fields = {"decision_id": "user_001:1", "person": "user_001", "outcome": "sent", "at": "2024-02-09"}
    mail = Email.model_validate(Email.EXAMPLES[0])
    batches = {
        TopicPartition("t-emails", 0): [Fetched(mail.dumps()), Fetched(None)],
        TopicPartition("t-engagements", 0): [
            Fetched(b"{", 3),
            Fetched(Engagement.model_validate(fields).dumps(), 4),
        ],
    }
    with structlog.testing.capture_logs() as logs:
        (record,) = read_batches(SETTINGS, Consumer(), batches)

    assert (record.decision, record.status) == ("user_001:1", "sent")
    assert record.content is not None
    assert [(line["topic"], line["offset"]) for line in logs] == [("engagements", 3)]


def test_a_commit_that_comes_too_late_is_no_failure() -> None:
    """Whoever has the partitions writes the same again, to no effect; another error is one."""
    commit(Consumer(CommitFailedError("the group has rebalanced")))
    with pytest.raises(RuntimeError):
        commit(Consumer(RuntimeError()))


@pytest.mark.parametrize(
    ("mapping", "is_on"),
    [
        ("", {}),
        ('from = "airtable"', {"airtable_write_back": False, "mongo_write_back": True}),
        ("external = true", {"mongo_write_back": True}),
        ("enabled = false", {"mongo_write_back": True}),
    ],
)
def test_where_nobody_wants_records_the_worker_only_waits(
    mapping: str, is_on: dict[str, bool], tmp_path: Path
) -> None:
    """Without any service, until it is stopped; a product's database is left alone unless that is set."""
    sources, stop = tmp_path / "sources.toml", threading.Event()
    sources.write_text(f"[messages]\n{mapping}\n", "utf-8")
    settings = SETTINGS.model_copy(update={"kairos_sources": sources, **is_on})
    stop.set()
    with structlog.testing.capture_logs() as logs:
        app.run(settings, stop)

    assert [line["event"].partition(":")[0] for line in logs] == ["nothing to write back"]


def test_without_a_token_or_a_base_the_settings_that_are_needed_are_named() -> None:
    """The base may be in the mapping."""
    (named,) = read_sources({"messages": {"from": "airtable", "base": "app1", "table": "Log"}}).airtable
    (plain,) = read_sources({"messages": {"from": "airtable"}}).airtable
    with_token = SETTINGS.model_copy(update={"airtable_token": SecretStr("any")})

    assert place_of(named, with_token) == ("app1", "Log")
    for source, settings in ((named, SETTINGS), (plain, with_token)):
        with pytest.raises(SettingsError, match="AIRTABLE_TOKEN and AIRTABLE_BASE"):
            place_of(source, settings)
