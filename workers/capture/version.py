"""The version of a document's change."""

from bson import Timestamp

from schemas.model import Version


def version_at(epoch: int, cluster_time: Timestamp) -> Version:
    """The version of a change at a cluster time: the snapshot's epoch, then the time as one number."""
    return epoch, as_number(cluster_time)


def as_number(cluster_time: Timestamp) -> int:
    """A cluster time as one number, in the same order."""
    return cluster_time.time << 32 | cluster_time.inc


def as_timestamp(number: int) -> Timestamp:
    """The cluster time of a number."""
    return Timestamp(number >> 32, number & 0xFFFFFFFF)
