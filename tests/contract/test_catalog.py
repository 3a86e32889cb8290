"""The rows of the catalogue: names, workers, retention, partitions, CloudEvents types."""

import ast
import re
from pathlib import Path

import pytest

import workers
from tests.unit.source_tree import WORKERS
from topics.catalog import CATALOG, DOCUMENTS
from topics.row import DAY_MS, OUTSIDE, PLANNED, Topic
from workers.runtime.kafka.headers import cloud_headers, event_type

ROOT = Path(workers.__file__).parent
OUTPUTS = ("enriched-profiles", "send-decisions", "emails")

every_topic = pytest.mark.parametrize("row", CATALOG, ids=lambda row: row.name)


@every_topic
def test_names_are_kebab_case(row: Topic) -> None:
    """Dots and underscores would collide in the names of metrics."""
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", row.name)


def test_names_are_unique() -> None:
    """One row per topic."""
    assert len({row.name for row in CATALOG}) == len(CATALOG)


@every_topic
def test_producers_and_consumers_exist(row: Topic) -> None:
    """Each is a worker with a folder, a planned one, or a program from outside; neither list is empty."""
    assert {*row.producers, *row.consumers} <= {*WORKERS, *PLANNED, OUTSIDE}
    assert row.producers
    assert row.consumers


def test_planned_workers_have_no_folder_yet() -> None:
    """A worker that exists must be removed from the list of planned ones."""
    assert not WORKERS & set(PLANNED)


@pytest.mark.parametrize("folder", sorted(WORKERS))
def test_every_worker_is_in_the_catalogue(folder: str) -> None:
    """As a producer or a consumer of a topic."""
    assert any(folder in (*row.producers, *row.consumers) for row in CATALOG)


@every_topic
def test_every_topic_has_a_purpose_and_a_key(row: Topic) -> None:
    """Neither text is blank."""
    assert row.why.strip()
    assert row.key.strip()


@every_topic
def test_a_topic_is_either_compacted_or_has_a_retention_time(row: Topic) -> None:
    """A compacted topic keeps tombstones for 30 days; any other topic keeps records for at least 7 days."""
    policy = row.configs["cleanup.policy"]

    assert policy in {"compact", "delete"}
    if policy == "compact":
        assert row.configs["delete.retention.ms"] == str(30 * DAY_MS)
        assert "retention.ms" not in row.configs
    else:
        assert int(row.configs["retention.ms"]) >= 7 * DAY_MS


@pytest.mark.parametrize("name", [*(row.name for row in DOCUMENTS), *OUTPUTS])
def test_documents_and_outputs_are_compacted(name: str) -> None:
    """A new consumer gets the last record of every key."""
    (row,) = (row for row in CATALOG if row.name == name)

    assert row.configs["cleanup.policy"] == "compact"


def test_the_inbox_has_a_retention_of_100_days() -> None:
    """A replay and a rebuild read its records."""
    (inbox,) = (row for row in CATALOG if row.name == "inbox")

    assert inbox.configs["retention.ms"] == str(100 * DAY_MS)


@every_topic
def test_topics_that_stages_read_or_write_by_key_are_co_partitioned(row: Topic) -> None:
    """Others are read completely by every process, or counted in one place."""
    own = {"watermarks", "capture-positions", "send-requests"}
    assert (row.partitions is None) == (row.name not in own)


@every_topic
def test_only_dead_letters_have_no_payload_model(row: Topic) -> None:
    """Their values are those of the failed records."""
    assert bool(row.payload) == (row.name != "dead-letters")


@every_topic
def test_the_cloudevents_type_is_derived_from_the_name(row: Topic) -> None:
    """The header is `kairos.<topic>.v1`."""
    headers = dict(cloud_headers(event_type(row.name), "/test", "1", 0))

    assert headers["ce_type"] == f"kairos.{row.name}.v1".encode()


def test_no_code_has_a_literal_cloudevents_type() -> None:
    """Types are derived; only the watermark, which is written to many topics, has a literal one."""
    literals = {
        node.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"kairos\.[\w-]+\.v\d+", node.value)
    }

    assert literals <= {"kairos.watermark.v1"}
