"""How a mail ends, and what that says of its variation; whatever comes twice, late or in another order."""

import random
from itertools import permutations

import pytest

from schemas.learning import VariationOutcome
from tests.unit.learn.mail_records import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    RULES,
    SECOND,
    Entry,
    LearnWorker,
    click,
    email,
    end_of,
    mail,
    outcome,
    variation,
)
from workers.learn.outcome import KEPT_MS, MOST_CLICKS
from workers.learn.stage import cell_key
from workers.recommend.variations.evidence import WINDOW_MS
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.stage import ContentError

LONG_AFTER = NOW + WINDOW_MS + KEPT_MS + DAY


def after(*entries: Entry, at: int = LONG_AFTER) -> LearnWorker:
    """The worker after some records, and after a time has passed."""
    worker = LearnWorker()
    worker.read(*entries)
    worker.pass_time(at)
    return worker


def test_a_mail_is_ignored_when_its_window_is_over() -> None:
    """Not a moment before, nor while a source is waited for."""
    worker = after(*mail("a"), at=end_of(NOW) - 1)
    assert worker.said == []
    worker.pass_time(end_of(NOW))
    assert worker.endings() == [("a", False, False)]
    assert worker.counts() == {"en/warm": (1, 0)}


def test_a_click_counts_when_its_minute_is_over() -> None:
    """Before the window is over; then nothing more is said."""
    at = NOW + HOUR
    worker = after(*mail("a"), click("a", at), at=at + MINUTE - 1)
    assert worker.said == []
    worker.pass_time(at + MINUTE)
    worker.pass_time(end_of(NOW))
    assert worker.endings() == [("a", True, False)]
    assert worker.counts() == {"en/warm": (1, 1)}


def test_a_click_whose_page_was_seen_counts_at_once() -> None:
    """The report of the page says it all, in whatever order both come; nothing more is said."""
    at, seen_at = NOW + HOUR, NOW + HOUR + 4 * SECOND
    both = [click("a", at), click("a", seen_at, visible_seconds=4.0)]
    for order in (both, both[::-1]):
        worker = after(*mail("a"), *order, at=seen_at - 1)
        assert worker.said == []
        worker.pass_time(seen_at)
        assert worker.endings() == [("a", True, False)]
        worker.pass_time(LONG_AFTER)
        assert worker.endings() == [("a", True, False)]
    assert after(*mail("a"), click("a", at, visible_seconds=1.0), at=at + MINUTE - 1).said == []


def test_the_click_of_a_program_does_not_count() -> None:
    """It is told beside the end of the mail; a reader's click after it counts."""
    scan = [click("a", NOW + 3 * SECOND, link=str(n), method="HEAD") for n in range(3)]
    worker = after(*mail("a"), *scan)
    assert worker.endings() == [("a", False, False)]
    assert worker.said[0].programs == 3
    assert after(*mail("a"), *scan, *scan).said == worker.said
    assert after(*mail("a"), *scan, click("a", NOW + HOUR)).endings() == [("a", True, False)]


def test_a_scanner_is_known_by_what_comes_within_its_minute() -> None:
    """The link that nobody sees was followed after the click."""
    worker = after(*mail("a"), click("a", NOW + HOUR), at=NOW + HOUR + 30 * SECOND)
    worker.read(click("a", NOW + HOUR + 20 * SECOND, link="h", kind="honeypot"))
    worker.pass_time(LONG_AFTER)
    assert worker.endings() == [("a", False, False)]


def test_the_order_of_arrival_does_not_matter() -> None:
    """A click before the mail and the hand-over, and everything twice."""
    entries = [*mail("a"), click("a", NOW + HOUR, read_at=NOW + HOUR)]
    for order in permutations(entries):
        assert after(*order, *order).endings() == [("a", True, False)]


@pytest.mark.parametrize(
    "entries",
    [
        [email("a", chosen=variation())],
        [email("a", chosen=variation()), click("a", NOW + HOUR)],
        [email("a"), outcome("a", "sent", NOW)],
        [outcome("a", "sent", NOW), click("a", NOW + HOUR)],
        *(
            [*mail("a"), outcome("a", kind, NOW + 5)]
            for kind in ("bounced", "failed", "withdrawn", "expired")
        ),
    ],
)
def test_without_a_choice_or_a_hand_over_nothing_is_said(entries: list[Entry]) -> None:
    """Nor of a mail that came back. And no state stays."""
    worker = after(*entries)
    assert worker.said == []
    assert worker.outcomes.states() == {}


def test_a_bounce_takes_back_what_was_said() -> None:
    """The mail was never seen, as if it had not been chosen."""
    worker = after(*mail("a"), *mail("b"), at=end_of(NOW))
    worker.read(outcome("b", "bounced", end_of(NOW) + HOUR))
    worker.pass_time(LONG_AFTER)
    assert worker.endings() == [("a", False, False), ("b", False, False), ("b", False, True)]
    assert worker.counts() == {"en/warm": (1, 0)}
    assert worker.scores["en/warm"].windows == pytest.approx(1)


def test_a_click_that_is_told_late_is_corrected() -> None:
    """It was within the window; one after it changes nothing."""
    worker = after(*mail("a"), *mail("b"), at=end_of(NOW))
    late = end_of(NOW) + DAY
    worker.read(click("a", NOW + HOUR, read_at=late), click("b", NOW + WINDOW_MS + SECOND, read_at=late))
    worker.pass_time(LONG_AFTER)
    assert worker.endings()[2:] == [("a", False, True), ("a", True, False)]
    assert worker.counts() == {"en/warm": (2, 1)}
    assert worker.scores["en/warm"].clicks == pytest.approx(1)


def test_what_comes_after_the_state_is_gone_changes_nothing() -> None:
    """It would be a second mail of the same decision."""
    worker = after(*mail("a"))
    worker.read(click("a", NOW + HOUR, read_at=LONG_AFTER), outcome("a", "sent", NOW, read_at=LONG_AFTER))
    worker.pass_time(LONG_AFTER * 2 - NOW)
    assert worker.endings() == [("a", False, False)]
    assert worker.outcomes.states() == {}


def test_the_control_group_teaches_nothing() -> None:
    """Its ends are told, for comparison; so are those of the hold-out."""
    worker = after(*mail("a", reason="control"), *mail("b", reason="hold-out"))
    assert len(worker.said) == 2
    assert worker.scores == {}


def test_evidence_decays_from_the_hand_over() -> None:
    """Two mails, a half-life apart: the sums are those of the later one's time."""
    later = NOW + 10 * DAY
    worker = after(*mail("a"), click("a", NOW + HOUR), at=NOW + 9 * DAY)
    worker.read(*mail("b", at=later))
    worker.pass_time(later + 20 * DAY)
    score = worker.scores["en/warm"]
    assert [score.windows, score.clicks] == pytest.approx([1.5, 0.5])
    assert score.half_life_days == RULES.half_life_days
    assert score.at is not None
    assert score.at.timestamp() * 1000 == later


def test_outcomes_that_are_written_again_count_once() -> None:
    """After a crash: all of a watermark's, or its last ones, and with them those of older watermarks."""
    entries = [entry for n in range(12) for entry in mail(f"m{n}", at=NOW + n % 3)]
    worker = LearnWorker()
    worker.read(*entries, *(click(f"m{n}", NOW + HOUR) for n in range(4)))
    said = [*worker.pass_time(NOW + 2 * HOUR), *worker.pass_time(LONG_AFTER)]
    once = dict(worker.scores)
    assert worker.counts() == {"en/warm": (12, 4)}
    for first in range(len(said)):
        worker.learn(said[first:])
    assert worker.scores == once


def test_a_second_run_says_the_same_bytes() -> None:
    """What is said depends on nothing but what is read."""

    def told() -> list[ProducerRecord]:
        worker = LearnWorker()
        worker.read(*mail("a"), *mail("b"), click("b", NOW + HOUR), click("a", NOW + 2, method="HEAD"))
        return worker.pass_time(LONG_AFTER)

    assert [(each.key, each.value) for each in told()] == [(each.key, each.value) for each in told()]


def test_any_order_and_any_watermarks_give_the_counts_of_a_plain_loop() -> None:
    """Mails of several variations, some clicked, some bounced, told out of order and twice."""
    for seed in range(20):
        chance = random.Random(seed)
        entries, expected = [], dict[str, tuple[int, int]]()
        for number in range(30):
            arm, segment = chance.choice("ab"), chance.choice(("en", "ja"))
            clicked, bounced = chance.random() < 0.4, chance.random() < 0.2
            at = NOW + number * HOUR
            told = mail(f"m{number}", at=at, arm=arm, segment=segment)
            told += [click(f"m{number}", at + HOUR)] * clicked + [
                outcome(f"m{number}", "bounced", at + 5)
            ] * bounced
            entries += told * chance.choice((1, 2))
            if not bounced:
                windows, clicks = expected.get(f"{segment}/{arm}", (0, 0))
                expected[f"{segment}/{arm}"] = windows + 1, clicks + clicked
        chance.shuffle(entries)
        worker = LearnWorker()
        now = NOW + 40 * HOUR
        for entry in entries:
            topic, value, at = entry
            worker.read((topic, value, max(at, now)))
            if chance.random() < 0.2:
                now += int(chance.random() * 2 * HOUR)
                worker.pass_time(now)
        worker.pass_time(now + 30 * DAY)
        counts = {key: pair for key, pair in worker.counts().items() if pair != (0, 0)}
        assert counts == expected, seed


def test_the_requests_of_one_mail_are_bounded() -> None:
    """A program may follow its links for ever."""
    worker = LearnWorker()
    worker.read(*mail("a"), *(click("a", NOW + HOUR + n, link=str(n)) for n in range(MOST_CLICKS + 20)))
    (state,) = worker.outcomes.states().values()
    assert len(state.clicks) == MOST_CLICKS


@pytest.mark.parametrize("name", ["", "a/b", "x" * 101])
def test_a_name_that_no_key_can_be_made_of_is_refused(name: str) -> None:
    """Two variations would share one key, or a key be too long."""
    with pytest.raises(ContentError):
        cell_key("en", name)


def test_all_that_one_partition_says_has_one_order() -> None:
    """A retraction comes before what is said instead."""
    first = VariationOutcome.model_validate(VariationOutcome.EXAMPLES[0] | {"retracted": True})
    assert first.order < first.model_copy(update={"retracted": False}).order
