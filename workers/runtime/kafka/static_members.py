"""Static members of a group that are gone for good: the group need not wait for them."""

from collections import defaultdict
from collections.abc import Iterable

from kafka.admin import MemberToRemove

from topics.plan import Cluster, connect
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

ANSWER_MS = 3_000


def take_out(settings: Settings, members: Iterable[tuple[str, str]]) -> None:
    """Take static members, as (worker, KAIROS_INSTANCE), out of their groups; raises TopicsError.

    A name of "" is no member, and one that is not in its group is no error.
    """
    groups = defaultdict(list)
    for worker, name in members:
        if name:
            groups[settings.name(worker)].append(MemberToRemove(group_instance_id=name))
    options = kafka_options(settings) | {"request_timeout_ms": ANSWER_MS}
    with connect(Cluster(settings.brokers, options=options)) as admin:
        for group, gone in groups.items():
            admin.remove_group_members(group, gone)
