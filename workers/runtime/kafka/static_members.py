"""Removes static members from their groups: a group need not wait for those that will not come back."""

from collections import defaultdict
from collections.abc import Iterable

from kafka.admin import MemberToRemove

from topics.plan import Cluster, connect
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

ANSWER_MS = 3_000


def remove_members(settings: Settings, members: Iterable[tuple[str, str]]) -> None:
    """Remove static members, as (worker, KAIROS_INSTANCE), from their groups; raises TopicsError.

    A name of "" is no member, and one that is not in its group is no error.
    """
    groups = defaultdict(list)
    for worker, name in members:
        if name:
            groups[settings.name(worker)].append(MemberToRemove(group_instance_id=name))
    options = kafka_options(settings) | {"request_timeout_ms": ANSWER_MS}
    with connect(Cluster(settings.brokers, options=options)) as admin:
        for group, removed in groups.items():
            admin.remove_group_members(group, removed)
