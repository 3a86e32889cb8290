"""The differences between the catalogue and the topics of a broker, without a broker."""

import dataclasses

import pytest

from topics.catalog import BY_NAME, CATALOG
from topics.plan import (
    ActualTopic,
    Cluster,
    DesiredTopic,
    Difference,
    TopicsError,
    check_partition_counts,
    compare,
    compare_topics,
    desired_topics,
)

CLUSTER = Cluster(["127.0.0.1:9092"], prefix="blue-", partitions=6, replication=3)
INBOX = DesiredTopic("blue-inbox", 6, 3, {"retention.ms": "1000", "cleanup.policy": "delete"})
SAME = ActualTopic(6, 3, {"retention.ms": "1000", "cleanup.policy": "delete", "flush.ms": "9"})


def test_every_topic_of_the_catalogue_is_desired_under_the_prefix() -> None:
    """Once, in order, with the prefix before its name."""
    assert [topic.name for topic in desired_topics(CLUSTER)] == [f"blue-{row.name}" for row in CATALOG]


def test_a_topic_has_the_fleets_partition_count_unless_its_row_has_one() -> None:
    """Co-partitioned topics get the fleet's number, `watermarks` its own single partition."""
    counts = {topic.name: topic.partitions for topic in desired_topics(CLUSTER)}

    assert (counts["blue-inbox"], counts["blue-watermarks"]) == (6, 1)


def test_a_topic_has_the_clusters_replication_and_the_rows_settings() -> None:
    """The cluster's replication and the row's settings reach the topic."""
    (topic,) = desired_topics(CLUSTER, [BY_NAME["inbox"]])

    assert (topic.replication, topic.configs) == (3, BY_NAME["inbox"].configs)


def test_nothing_differs_when_the_broker_agrees() -> None:
    """Settings that the catalogue does not name are ignored."""
    assert compare(INBOX, SAME) == []


def test_a_missing_topic_is_described_in_full() -> None:
    """The line for a missing topic has what would be created."""
    (difference,) = compare(INBOX, None)

    assert str(difference) == (
        "+ blue-inbox: 6 partitions, replication 3, retention.ms=1000, cleanup.policy=delete"
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"partitions": 4}, Difference("blue-inbox", "partitions", "partitions", "6", "4")),
        ({"replication": 1}, Difference("blue-inbox", "replication", "replication", "3", "1")),
        (
            {"configs": {"retention.ms": "5", "cleanup.policy": "delete"}},
            Difference("blue-inbox", "config", "retention.ms", "1000", "5"),
        ),
        (
            {"configs": {"retention.ms": "1000"}},
            Difference("blue-inbox", "config", "cleanup.policy", "delete", None),
        ),
    ],
)
def test_one_difference_names_the_setting_and_both_values(
    change: dict[str, object], expected: Difference
) -> None:
    """Each way to differ gives exactly one difference."""
    assert compare(INBOX, dataclasses.replace(SAME, **change)) == [expected]  # type: ignore[arg-type]


def test_topics_are_compared_by_their_name_on_the_broker() -> None:
    """A topic with another prefix is not the fleet's."""
    assert [each.kind for each in compare_topics([INBOX], {"inbox": SAME})] == ["missing"]
    assert compare_topics([INBOX], {"blue-inbox": SAME}) == []


def test_another_partition_count_is_an_error_with_topic_and_counts() -> None:
    """The error names the topic and both counts."""
    with pytest.raises(TopicsError, match=r"topic blue-inbox has 4 partitions, the fleet needs 6"):
        check_partition_counts(compare(INBOX, dataclasses.replace(SAME, partitions=4)))


def test_other_differences_are_no_error() -> None:
    """A missing topic, another replication and other settings do not stop the fleet."""
    differences = [*compare(INBOX, None), *compare(INBOX, ActualTopic(6, 1, {}))]

    assert {each.kind for each in differences} == {"missing", "replication", "config"}
    check_partition_counts(differences)
