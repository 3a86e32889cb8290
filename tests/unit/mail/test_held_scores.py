"""The scores that `mail` holds: what people clicked decides, and is forgotten."""

from typing import Any

import pytest

from schemas.learning import VariationScore
from schemas.model import from_epoch_ms
from tests.unit.mail.held import AT
from workers.mail.held_scores import SCORES, HeldScores
from workers.runtime.kafka.records import ConsumerRecord


def score(arm: str, clicks: float, windows: float = 400.0, **fields: Any) -> VariationScore:
    """A score of `learn`, of a digest in English."""
    given = {"written": int(windows), "at": from_epoch_ms(AT), "windows": windows, "clicks": clicks}
    return VariationScore.model_validate({"variation": arm, "segment": "digest:en"} | given | fields)


def holding(*scores: tuple[bytes, bytes]) -> HeldScores:
    """The topic with some records."""
    held = HeldScores()
    held.begin()
    records = [ConsumerRecord(SCORES, 0, place, key, value, AT) for place, (key, value) in enumerate(scores)]
    held.apply(records)
    held.caught_up(AT)
    return held


def test_scores_of_learn_decide() -> None:
    """P1: the segment's own first, and an arm that nobody knows is as good as the mean of all."""
    held = holding(
        *((f"digest:en/{each.variation}".encode(), each.dumps()) for each in (score("a", 80), score("b", 4)))
    )
    known = held.scores("digest:en", ["a", "b", "new"], AT)
    elsewhere = held.scores("digest:ja", ["a", "b"], AT)

    assert known["a"].mean == pytest.approx(0.2, abs=0.02)
    assert known["b"].mean < known["new"].mean < known["a"].mean
    assert known["new"].windows == 0
    assert elsewhere["a"].mean > elsewhere["b"].mean


def test_mails_of_another_kind_say_nothing() -> None:
    """P10: people click invitations more than digests, whatever these look like."""
    own, other = score("a", 20), score("a", 300, segment="invite:en")
    alone = holding((b"digest:en/a", own.dumps()))
    both = holding((b"digest:en/a", own.dumps()), (b"invite:en/a", other.dumps()))

    assert both.scores("digest:en", ["a", "b"], AT) == alone.scores("digest:en", ["a", "b"], AT)
    assert both.scores("invite:en", ["a"], AT)["a"].mean > 0.5


def test_what_was_learnt_is_forgotten() -> None:
    """P1: after many half-lives an old score says little."""
    held = holding((b"digest:en/a", score("a", 80).dumps()))

    later = held.scores("digest:en", ["a", "b"], AT + 600 * 86_400_000)
    assert later["a"].mean == pytest.approx(later["b"].mean, abs=0.01)


def test_what_comes_later_counts_at_once() -> None:
    """P1: a score that is new, one that is deleted, and another minute; the same question has one answer."""
    held = holding((b"digest:en/a", score("a", 80).dumps()))
    first = held.scores("digest:en", ["a", "b"], AT)
    assert held.scores("digest:en", ["a", "b"], AT) is first
    assert held.scores("digest:ja", ["a", "b"], AT) != first

    held.apply([ConsumerRecord(SCORES, 0, 1, b"digest:en/b", score("b", 4).dumps(), AT)])
    second = held.scores("digest:en", ["a", "b"], AT)
    assert second["b"].mean < first["b"].mean
    held.apply([])
    held.caught_up(AT)
    assert held.scores("digest:en", ["a", "b"], AT) is second

    held.apply([ConsumerRecord(SCORES, 0, 2, b"digest:en/b", None, AT)])
    assert held.scores("digest:en", ["a", "b"], AT) == first
    assert held.scores("digest:en", ["a", "b"], AT + 60_000)["a"].alpha < first["a"].alpha

    held.begin()
    held.caught_up(AT)
    assert held.scores("digest:en", ["a"], AT)["a"].windows == 0


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (b"digest:en/other", score("a", 80).dumps()),
        (b"digest:en/a", score("a", -1).dumps()),
        (b"digest:en/a", score("a", 1, windows=1e300, written=1).dumps()),
        (b"digest:en/a", score("a", 1, half_life_days=0.0).dumps()),
        (b"digest:en/a", b"{}"),
        (b"digest:en/a", b"no json"),
    ],
)
def test_a_score_that_is_none_is_passed_over(key: bytes, value: bytes) -> None:
    """P13: whoever wrote it."""
    assert holding((key, value)).values() == []
