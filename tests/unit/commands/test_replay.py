"""`kairos replay` without services: what is compared, and what the compaction has taken away."""

from typing import Any

from tests.unit.commands.recorded import BEGIN, DAY_MS, Recorded, RecordedReader
from workers.commands.recorded_inbox import RecordedInbox
from workers.commands.replay import compare
from workers.commands.replay_comparison import FleetMails, LastProfiles, ReplayComparison, fleet_of
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.records import ConsumerRecord

POLICY = Policy()


def inbox() -> Recorded:
    """Two people over 30 days: one is written to each week, one is asked."""
    recorded = Recorded().user("a").user("b", interests=[], age=None)
    return recorded.hours(0, 15).user("a", 15, age=31).hours(15.1, 30)


def fleet_topics(recorded: Recorded) -> dict[str, list[ConsumerRecord]]:
    """What a fleet writes for an inbox, by topic, record by record."""
    runner, topics = Replay(stage(POLICY)), dict[str, list[ConsumerRecord]]()
    for record in recorded.records:
        for written in runner.feed([record]):
            rows = topics.setdefault(written.topic, [])
            rows.append(
                ConsumerRecord(
                    written.topic, 0, len(rows), written.key, written.value, written.at, written.headers
                )
            )
    return topics


def comparison_with(recorded: Recorded, topics: dict[str, list[ConsumerRecord]]) -> ReplayComparison:
    reader: Any = RecordedReader(recorded, topics)
    comparison = ReplayComparison(fleet_of(reader))
    compare(RecordedInbox(reader), stage(POLICY), comparison)
    return comparison


def test_a_replay_is_what_the_fleet_wrote() -> None:
    """Whatever the batches were."""
    recorded = inbox()
    comparison = comparison_with(recorded, fleet_topics(recorded))

    assert comparison.different() == []
    assert (comparison.records, comparison.profiles) == (len(recorded.records), 2)
    assert comparison.verdicts["send"] > 3
    assert comparison.verdicts["ask"] > 3


def test_what_the_fleet_wrote_otherwise_is_named() -> None:
    """A changed profile, a missing one, a mail that the replay does not make, one that the fleet did not."""
    recorded = inbox()
    topics = fleet_topics(recorded)
    profiles, decisions = topics["enriched-profiles"], topics["send-decisions"]
    last_a = max(number for number, record in enumerate(profiles) if record.key == b"a")
    profiles[last_a] = profiles[last_a]._replace(value=profiles[last_a].value.replace(b"31", b"32"))  # type: ignore[union-attr]
    topics["enriched-profiles"] = [record for record in profiles if record.key != b"b"]
    mails = [record for record in decisions if b'"slot":' in (record.value or b"") and record.key == b"a"]
    other = mails[-1]._replace(value=mails[-1].value.replace(b'"a:', b'"a:9'))  # type: ignore[union-attr]
    topics["send-decisions"] = [*(record for record in decisions if record is not mails[-1]), other]

    number = len(mails)
    assert comparison_with(recorded, topics).different() == ["a", "b", f"a:{number}", f"a:9{number}"]


def test_older_decisions_that_were_compacted_are_no_difference() -> None:
    """Of those more than a week before the newest, the topic may have each person's last only."""
    recorded = inbox()
    topics = fleet_topics(recorded)
    newest = BEGIN + 30 * DAY_MS
    last = {record.key: number for number, record in enumerate(topics["send-decisions"])}
    topics["send-decisions"] = [
        record
        for number, record in enumerate(topics["send-decisions"])
        if number == last[record.key] or record.timestamp > newest - 8 * DAY_MS
    ]
    assert comparison_with(recorded, topics).different() == []


def test_without_the_fleet_it_only_counts() -> None:
    """As under another policy. No outcome comes, so each slot is freed after 25 hours and taken again."""
    reader: Any = RecordedReader(inbox())
    comparison = ReplayComparison()
    compare(RecordedInbox(reader), stage(Policy(cooldown_days=14)), comparison)

    assert comparison.different() == []
    assert comparison.verdicts["send"] == 29
    assert ReplayComparison((LastProfiles(), FleetMails())).different() == []
