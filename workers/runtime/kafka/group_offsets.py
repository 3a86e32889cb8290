"""Sends a consumer group back to the beginning of its topics, while none of its members runs."""

from collections.abc import Mapping, Sequence

from kafka import TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import NoError

from topics.plan import Cluster, connect
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

WITHOUT_MEMBERS = ("Empty", "Dead")  # states of a group; one that does not exist is called dead


class GroupRuns(RuntimeError):
    """A member of the group runs, or has ended without leaving less than a session ago."""


def return_to_beginnings(settings: Settings, group: str, partitions: Mapping[str, Sequence[int]]) -> None:
    """Let a group, by its name in the fleet, read these partitions of topics from their beginning.

    The group itself stays, and with it its generation: what its next member writes must be of a later one.
    Raises GroupRuns, and TopicsError for whatever Kafka says.
    """
    name = settings.name(group)
    beginnings = {
        TopicPartition(settings.name(topic), number): OffsetSpec.EARLIEST
        for topic, numbers in partitions.items()
        for number in numbers
    }
    with connect(Cluster(settings.brokers, options=kafka_options(settings))) as admin:
        if admin.describe_groups([name])[name]["group_state"] not in WITHOUT_MEMBERS:
            raise GroupRuns(name)
        for row in admin.reset_group_offsets(name, beginnings).values():
            if row["error"] is not NoError:  # a member has joined in between
                raise GroupRuns(f"{name}: {row['error'].__name__}")
