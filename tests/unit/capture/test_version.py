"""The version of a document's change."""

from bson import Timestamp

from workers.capture.version import version_at


def test_versions_order_changes_by_epoch_and_cluster_time() -> None:
    """A later snapshot wins over any change before it; within an epoch, seconds count before increments."""
    versions = [
        version_at(1, Timestamp(10, 1)),
        version_at(1, Timestamp(10, 2)),
        version_at(1, Timestamp(11, 0)),
        version_at(2, Timestamp(9, 0)),
    ]

    assert versions == sorted(set(versions))
    assert versions[0] == (1, 10 * 2**32 + 1)
