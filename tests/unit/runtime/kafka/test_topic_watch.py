"""A running worker notices that a topic is another one now."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from kafka.errors import KafkaConnectionError

from workers.runtime.kafka import topic_watch
from workers.runtime.kafka.broker import TopicInfo, TopicsUnfit, check_partitions, check_sizes
from workers.runtime.kafka.topic_watch import GONE_AFTER, TopicsChanged, TopicWatch, watching
from workers.runtime.process import exits
from workers.runtime.process.settings import Settings

SETTINGS = Settings(kairos_prefix="p-")
KNOWN = TopicInfo(2, b"\x00" * 8, 5)
FIRST_ID, OTHER_ID = "00000000-0000-0000-0000-000000000000", "11111111-0000-0000-0000-000000000000"


class Admin:
    """Says what a broker has, or that it does not answer."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.connected = 0

    @contextmanager
    def connect(self, cluster: Any) -> Iterator["Admin"]:
        """A connection to it."""
        self.connected += 1
        yield self

    def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        """The next answer for the one topic."""
        assert names == ["p-users"]
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            return [{"name": "p-users", "error_code": 3}]
        partitions, id_ = answer
        return [{"name": "p-users", "error_code": 0, "partitions": [0] * partitions, "topic_id": id_}]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that runs the watch on the answers of a broker."""

    def run(*answers: Any) -> Admin:
        admin = Admin(*answers)
        monkeypatch.setattr(topic_watch, "connect", admin.connect)
        watch = TopicWatch(SETTINGS, {"users": KNOWN})
        for _ in answers:
            watch.check()
        return admin

    return run


async def test_the_topics_are_checked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until one of them has changed."""
    monkeypatch.setattr(topic_watch, "connect", Admin(*[(2, FIRST_ID)] * 5, (4, FIRST_ID)).connect)
    monkeypatch.setattr(topic_watch, "CHECK_SECONDS", 0)
    with pytest.raises(TopicsChanged):
        await TopicWatch(SETTINGS, {"users": KNOWN}).run()


def test_a_topic_that_was_created_again_is_named(watched: Any) -> None:
    """At the first look."""
    with pytest.raises(TopicsChanged, match="topic p-users was deleted and created again"):
        watched((2, FIRST_ID), (2, OTHER_ID), (2, OTHER_ID))


@pytest.mark.parametrize("count", [1, 4])
def test_another_number_of_partitions_is_named(watched: Any, count: int) -> None:
    """With the number before, and the setting."""
    with pytest.raises(
        TopicsChanged, match=rf"p-users has {count} partitions, it had 2 \(KAIROS_PARTITIONS\)"
    ):
        watched((2, FIRST_ID), (count, FIRST_ID), (count, FIRST_ID))


def test_a_topic_that_stays_away_is_named(watched: Any) -> None:
    """A young broker may not know it for a moment."""
    with pytest.raises(TopicsChanged, match="p-users was deleted"):
        watched((2, FIRST_ID), *[None] * (GONE_AFTER + 1))
    watched(None, None, (2, FIRST_ID), None, None, (2, FIRST_ID))


def test_a_broker_that_does_not_answer_is_asked_again_over_another_connection(watched: Any) -> None:
    """That it does not is noticed elsewhere."""
    assert watched((2, FIRST_ID), KafkaConnectionError(), (2, FIRST_ID)).connected == 2


def test_partitions_that_do_not_fit_are_named_at_the_start() -> None:
    """With the setting."""
    with pytest.raises(TopicsUnfit, match="KAIROS_PARTITIONS: users has 2 and must have 4 partitions"):
        check_partitions({"users": KNOWN}, {"users": 4})


def test_a_topic_that_takes_not_even_a_letter_is_named_at_the_start() -> None:
    """With the setting and its name on the broker."""
    with pytest.raises(TopicsUnfit, match=r"max\.message\.bytes must be at least 16384; p-users takes 5"):
        check_sizes(SETTINGS, {"users": KNOWN}, ["users"])
    assert check_sizes(SETTINGS, {"users": KNOWN}, []).of("users") == 5


@pytest.mark.parametrize(("id_", "expected"), [(OTHER_ID, [exits.REFUSED]), (FIRST_ID, [])])
def test_a_worker_without_an_event_loop_watches_in_a_thread(
    monkeypatch: pytest.MonkeyPatch, id_: str, expected: list[int]
) -> None:
    """What has changed ends the process."""
    codes: list[int] = []
    checked = threading.Event()
    admin = Admin((2, FIRST_ID), (2, id_), *[(2, FIRST_ID)] * 10_000)

    compared = TopicWatch.compare

    def compare(self: TopicWatch, topics: Any) -> None:
        compared(self, topics)
        if len(admin.answers) < 10_000:
            checked.set()

    def abort(code: int, error: str) -> None:
        codes.append(code)
        checked.set()

    monkeypatch.setattr(TopicWatch, "compare", compare)
    monkeypatch.setattr(topic_watch, "connect", admin.connect)
    monkeypatch.setattr(topic_watch, "abort", abort)
    monkeypatch.setattr(topic_watch, "CHECK_SECONDS", 0.001)
    with watching(SETTINGS, {"users": KNOWN}):
        assert checked.wait(20)
    assert codes[:1] == expected
