"""The version of a document's change."""

from bson import Timestamp

from schemas.model import Version


def version_at(epoch: int, cluster_time: Timestamp) -> Version:
    """The version of a change at a cluster time: the snapshot's epoch, then the time as one number."""
    return epoch, cluster_time.time << 32 | cluster_time.inc
