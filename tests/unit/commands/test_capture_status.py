"""What `kairos capture status` says of a source."""

import pytest

from schemas.control import Deletion, SnapshotPlace, SourcePosition
from workers.capture.history import History
from workers.capture.position import DELETIONS, StoredPosition
from workers.capture.snapshot_requests import KEY
from workers.commands.capture_status import SourceStatus, Stored, needs_somebody, state_of
from workers.commands.capture_status_view import behind, data, lines, span

NOW = 1_700_000_000_000
TOPICS = ("users", "orders", "events")
PLACE = SnapshotPlace(time=7, wall=1, topics=["orders", "events"])
POSITION = SourcePosition(source="mongo", epoch=1, mapping="m", token={"_data": "82"}, snapshot_done=True)
REFUSED = {"users": Deletion(collection="a.b", deleted=9, held=9)}
CONFIRMED = {"users": Deletion(collection="a.b", deleted=9, held=9, confirmed=True)}


@pytest.mark.parametrize(
    ("position", "beside", "state"),
    [
        (None, {}, "not begun"),
        (POSITION, {}, "following"),
        (POSITION.model_copy(update={"snapshot_done": False}), {}, "first reading"),
        (POSITION.model_copy(update={"mapping": "x"}), {}, "of another mapping: read anew when capture"),
        (POSITION.model_copy(update={"scan": PLACE}), {}, "snapshot: 1 of 3 topics complete, now orders"),
        (
            POSITION.model_copy(update={"scan": PLACE.model_copy(update={"topics": []})}),
            {},
            "snapshot: 3 of 3 topics complete",
        ),
        (POSITION, {f"mongo{DELETIONS}": REFUSED}, "stopped: it would delete too much (kairos capture conf"),
        (POSITION, {f"mongo{DELETIONS}": CONFIRMED}, "following"),
        (POSITION, {f"orders{KEY}": {}, f"jobs{KEY}": {}}, "a new snapshot is asked for: orders"),
    ],
)
def test_the_state_is_what_the_stored_records_say(
    position: SourcePosition | None, beside: dict[str, dict[str, Deletion]], state: str
) -> None:
    """In words that say what to do where somebody has to."""
    stored = {
        key: StoredPosition(SourcePosition(source=key, epoch=0, deletions=deletions), 1)
        for key, deletions in beside.items()
    }
    found = state_of("mongo", TOPICS, position, "m", Stored(stored, {}))
    assert found.startswith(state)
    assert needs_somebody(SourceStatus("mongo", TOPICS, found)) is state.startswith("stopped")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (200_000, "2 days")],
)
def test_a_length_of_time_has_the_largest_unit_of_which_there_are_two(seconds: int, text: str) -> None:
    assert span(seconds) == text


def test_a_lag_that_is_too_far_is_named() -> None:
    """Of the history, or of an hour where that is unknown."""
    assert behind(History(990, 1000, 0)) == "10 s; MongoDB keeps 16 min of history, 16 min are left"
    assert behind(History(7, 7, 7)) == "0 s; MongoDB keeps 0 s of history, all of it is left"
    assert behind(History(100, 1000, 0)).startswith("TOO FAR: 15 min; MongoDB keeps")
    assert behind(History(-10, 1000, 0)).endswith("nothing is left")
    assert behind(History(0, 8000)).startswith("TOO FAR: 2 h; how much history MongoDB keeps is unknown")
    assert needs_somebody(SourceStatus("mongo", (), "following", history=History(100, 1000, 0)))
    assert needs_somebody(SourceStatus("mongo", (), "following", problem="refused"))


def test_a_source_is_a_block_of_lines_and_an_object() -> None:
    """What is unknown is no line, and null."""
    known = SourceStatus("mongo", TOPICS, "following", NOW, NOW - 3_000, None, 12_345, 2)
    unknown = SourceStatus("airtable/messages", ("messages",), "not begun")
    assert list(lines([known, unknown], NOW)) == [
        "mongo: following",
        "  topics        users, orders, events",
        "  read up to    2023-11-14 22:13:20 UTC",
        "  stored        3 s ago",
        "  documents     about 12,345",
        "  dead letters  2 (kairos dead-letters list --worker capture)",
        "",
        "airtable/messages: not begun",
        "  topics        messages",
    ]
    assert data(known)["read_up_to"] == "2023-11-14T22:13:20+00:00"
    assert data(unknown)["documents"] is data(unknown)["lag_seconds"] is None
