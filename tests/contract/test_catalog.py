"""The catalogue is sound: names, workers, retention, partitions, CloudEvents types."""

import ast
import re
from pathlib import Path

import pytest

import workers
from tests.unit.source_tree import WORKERS
from topics.catalog import CATALOG, DAY_MS, DOCUMENTS, OUTSIDE, PLANNED, Topic
from workers.runtime.kafka.headers import cloud_headers, event_type

ROOT = Path(workers.__file__).parent
OUTPUTS = ("enriched-profiles", "send-decisions", "emails")

every_topic = pytest.mark.parametrize("row", CATALOG, ids=lambda row: row.name)


@every_topic
def test_names_are_kebab_case(row: Topic) -> None:
    """Dots and underscores collide in the names of metrics."""
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", row.name)


def test_names_are_unique() -> None:
    """One row per topic."""
    assert len({row.name for row in CATALOG}) == len(CATALOG)


@every_topic
def test_writers_and_readers_exist(row: Topic) -> None:
    """Each is a worker with a folder, one that is planned, or a program from outside; none is missing."""
    assert {*row.producers, *row.consumers} <= {*WORKERS, *PLANNED, OUTSIDE}
    assert row.producers
    assert row.consumers


def test_planned_workers_have_no_folder_yet() -> None:
    """A worker that has come to be is taken off the list."""
    assert not WORKERS & set(PLANNED)


@pytest.mark.parametrize("folder", sorted(WORKERS))
def test_every_worker_is_in_the_catalogue(folder: str) -> None:
    """A worker that neither writes nor reads a topic is no worker."""
    assert any(folder in (*row.producers, *row.consumers) for row in CATALOG)


@every_topic
def test_every_topic_says_why_and_how_it_is_keyed(row: Topic) -> None:
    """The reason and the key are words, not blanks."""
    assert row.why.strip()
    assert row.key.strip()


@every_topic
def test_a_topic_is_either_compacted_or_kept_for_a_time(row: Topic) -> None:
    """A deletion in a compacted topic stays readable for 30 days; any other topic says how long it keeps."""
    policy = row.configs["cleanup.policy"]

    assert policy in {"compact", "delete"}
    if policy == "compact":
        assert row.configs["delete.retention.ms"] == str(30 * DAY_MS)
        assert "retention.ms" not in row.configs
    else:
        assert int(row.configs["retention.ms"]) >= 7 * DAY_MS


@pytest.mark.parametrize("name", [*(row.name for row in DOCUMENTS), *OUTPUTS])
def test_documents_and_outputs_are_compacted(name: str) -> None:
    """Whoever comes late finds the latest of every key."""
    (row,) = (row for row in CATALOG if row.name == name)

    assert row.configs["cleanup.policy"] == "compact"


def test_the_inbox_is_kept_for_100_days() -> None:
    """Its records are what a replay and a rebuild read."""
    (inbox,) = (row for row in CATALOG if row.name == "inbox")

    assert inbox.configs["retention.ms"] == str(100 * DAY_MS)


@every_topic
def test_topics_that_stages_read_or_write_by_key_are_co_partitioned(row: Topic) -> None:
    """Only topics that are read as a whole by everyone have a partition count of their own."""
    assert (row.partitions is None) == (row.name not in {"watermarks", "capture-positions"})


@every_topic
def test_only_dead_letters_carry_bytes_as_they_came(row: Topic) -> None:
    """Every other topic names its payload."""
    assert bool(row.payload) == (row.name != "dead-letters")


@every_topic
def test_the_cloudevents_type_comes_from_the_name(row: Topic) -> None:
    """`kairos.<topic>.v1` is what the header says."""
    headers = dict(cloud_headers(event_type(row.name), "/test", "1", 0))

    assert headers["ce_type"] == f"kairos.{row.name}.v1".encode()


def test_no_code_spells_a_type_of_its_own() -> None:
    """Types are derived; the watermark, which travels in many topics, is the one exception."""
    spelled = {
        node.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"kairos\.[\w-]+\.v\d+", node.value)
    }

    assert spelled <= {"kairos.watermark.v1"}
