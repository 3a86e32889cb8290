"""`kairos what-if`, `replay`, `profile --at` and `explain --at` over an inbox on a real broker."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from schemas.model import from_epoch_ms
from tests.integration.processes import HANG_SECONDS
from tests.integration.serving import delete_keys
from tests.integration.test_profile_commands import kairos
from tests.unit.commands.recorded import DAY_MS, Recorded
from topics.plan import Cluster, apply
from workers.runtime.kafka.headers import WATERMARK_KEY
from workers.runtime.process.clock import now_ms
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import Settings

pytestmark = pytest.mark.wire
PARTITIONS = 2
BEGIN = (now_ms() // DAY_MS - 20) * DAY_MS


def time_of(day: float) -> str:
    """A time in days after the beginning, as it is given on the command line."""
    return f"{from_epoch_ms(round(BEGIN + day * DAY_MS)):%Y-%m-%dT%H:%M}"


def inbox() -> Recorded:
    """Twelve people of whom enough is known and three of whom little is, over 16 days of hours.

    They are recent: what is older than the topic's retention is soon deleted.
    """
    recorded = Recorded(begin=BEGIN)
    for number in range(15):
        fields: dict[str, Any] = {} if number < 12 else {"interests": [], "age": None}
        recorded.user(f"p{number}", 0, **fields)
    return recorded.hours(0, 6).user("p0", 6, age=31).hours(6.1, 16)


@pytest.fixture
def settings(services: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A fleet whose inbox has the records, and an environment that names it."""
    settings = Settings(
        kafka_url=services.kafka_url,
        redis_url=services.redis_url,
        kairos_prefix=f"w{uuid.uuid4().hex[:8]}-",
        kairos_partitions=PARTITIONS,
    )
    for name, value in (
        ("KAFKA_URL", settings.kafka_url),
        ("REDIS_URL", settings.redis_url),
        ("KAIROS_PREFIX", settings.kairos_prefix),
        ("KAIROS_PARTITIONS", str(PARTITIONS)),
        ("KAIROS_SENDING", "live"),
        ("KAIROS_DAILY_LIMITS", ""),
        ("COLUMNS", "120"),
    ):
        monkeypatch.setenv(name, value)
    apply(Cluster(settings.brokers, settings.kairos_prefix, PARTITIONS))
    producer = KafkaProducer(bootstrap_servers=settings.brokers, allow_auto_create_topics=False)
    for record in inbox().records:
        for partition in range(PARTITIONS) if record.key == WATERMARK_KEY else (None,):
            producer.send(
                settings.name("inbox"),
                key=record.key,
                value=record.value,
                headers=list(record.headers),
                partition=partition,
                timestamp_ms=record.timestamp,
            )
    producer.flush(HANG_SECONDS)
    producer.close()
    with connect(settings, 5) as redis:
        yield settings
        delete_keys(redis, settings)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy that writes once in two weeks, and asks nothing."""
    file = tmp_path / "new.toml"
    file.write_text("cooldown_days = 14\nask_below = 0\n")
    return file


def test_what_if_compares_two_policies_and_fails_a_check(
    settings: Settings, policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twelve people get three mails or two; three are asked or not; a condition that holds is code 3."""
    document = json.loads(kairos(capsys, "what-if", "--policy", str(policy), "--json", "--people", "4").out)

    figures = document["figures"]
    assert figures["sends"] == {"current": 36, "new": 24, "change": -12}
    assert figures["asks"] == {"current": 9, "new": 0, "change": -9}
    assert (figures["people affected"], figures["history incomplete"]) == (15, 0)
    assert len(document["people"]) == 4

    table = kairos(
        capsys, "what-if", "--policy", str(policy), "--since", time_of(4),
        "--fail-if", "sends < -40%", "--fail-if", "asks > +0",
        code=3,
    )  # fmt: skip
    assert "sends < -40%: that holds" in table.err
    assert "asks" not in table.err
    assert f"decisions since {time_of(4).replace('T', ' ')}" in table.out
    assert "12 of" not in table.out
    assert kairos(capsys, "what-if", "--policy", str(policy), "--fail-if", "sends >", code=2).out == ""


def test_the_same_policy_makes_no_difference(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is affected."""
    policy = str(settings.kairos_policy)
    document = json.loads(kairos(capsys, "what-if", "--policy", policy, "--json").out)

    assert document["figures"]["people affected"] == 0
    assert {figure["change"] for figure in document["figures"].values() if isinstance(figure, dict)} == {0}
    assert document["people"] == {}


def test_a_person_is_shown_as_they_were(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """The age before and after the change of day 6; the decision and its rules; who was unknown then."""
    ages = [
        json.loads(kairos(capsys, "profile", "p0", "--at", day, "--json").out)["age"]
        for day in (time_of(4), time_of(8))
    ]
    assert ages == [30, 31]

    page = " ".join(kairos(capsys, "explain", "p0", "--at", time_of(0.5)).out.split())
    assert page.startswith("p0: send, because enough is known, and nothing was sent yet")
    assert "cooldown │ nothing sent yet │ 7 days" in page
    assert "Nearest change: another message is sent to the person: then wait" in page
    explained = json.loads(kairos(capsys, "explain", "p13", "--at", time_of(2), "--json").out)
    assert explained["decision"]["verdict"] == "ask"
    unknown = kairos(capsys, "explain", "p99", "--at", time_of(2), code=1)
    assert f"the inbox has nothing about p99 up to {time_of(2)[:10]}" in unknown.err


def test_replay_reads_the_inbox_as_a_stream(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """The fleet here wrote nothing, so everything is different; a person's decisions are shown."""
    output = kairos(capsys, "replay", code=1).out
    assert "different from what the fleet said" in output
    assert "records" in output
    assert "send: enough is known" in kairos(capsys, "replay", "--person", "p1").out
