"""What is remembered of recent messages."""

from workers.serve.tracking.recent_ids import RecentIds, Remembered


def test_the_last_message_of_an_id_is_known() -> None:
    """With its person and number."""
    recent: RecentIds[str] = RecentIds()
    recent.put("a", "mia", 1, "first")
    recent.put("a", "mia", 2, "second")

    assert recent.get("a") == Remembered("mia", 2, "second")
    assert recent.get("b") is None


def test_only_so_many_are_kept() -> None:
    """The one that came longest ago is forgotten; a newer version of it counts."""
    recent: RecentIds[str] = RecentIds(most=2)
    for id_ in ("a", "b", "a", "c"):
        recent.put(id_, "mia", 1, id_)

    assert [recent.get(id_) is not None for id_ in ("a", "b", "c")] == [True, False, True]


def test_a_failed_delivery_forgets_its_own_message_only() -> None:
    """A newer one that was put meanwhile stays."""
    recent: RecentIds[str] = RecentIds()
    recent.put("a", "mia", 1, "first")
    recent.put("a", "mia", 2, "second")
    recent.drop("a", "first")
    assert recent.get("a") is not None

    recent.drop("a", "second")
    recent.drop("a", "second")
    assert recent.get("a") is None


def test_what_was_acknowledged_needs_no_acknowledgement() -> None:
    """Unless a newer one is on its way."""
    recent: RecentIds[str] = RecentIds()
    recent.put("a", "mia", 1, "first")
    recent.put("a", "mia", 2, "second")
    recent.settle("a", "first")
    assert recent.get("a") == Remembered("mia", 2, "second")

    recent.settle("a", "second")
    recent.settle("b", "unknown")
    assert recent.get("a") == Remembered("mia", 2, None)
