"""Limits, windows, faults and tokens, without a server."""

import random
from collections import Counter

import pytest

from deploy.embedded import traffic as bounds
from deploy.embedded.faults import Faults
from deploy.embedded.openai.faults import ANSWER_FAULTS, STATUS_FAULTS, WIRE_FAULTS
from deploy.embedded.openai.rate_limits import RateLimits, duration
from deploy.embedded.openai.settings import ApiSettings
from deploy.embedded.openai.tokens import count_tokens, cut_to_tokens
from deploy.embedded.traffic import Arrival, Traffic, heaviest

ALL = STATUS_FAULTS | WIRE_FAULTS | ANSWER_FAULTS


def test_limits_refill_all_the_time() -> None:
    """As many as the limit at once, then one at a time; what is refused takes nothing."""
    quota = RateLimits(60, 1_000, now=0.0)
    assert [quota.take(10, 0.0) for _ in range(60)] == [None] * 60
    refused = quota.take(10, 0.0)
    assert refused is not None
    assert (refused.status, refused.headers["retry-after"], refused.headers["retry-after-ms"]) == (
        429,
        "1",
        "1001",
    )
    assert quota.take(10, 0.999) is not None
    assert quota.take(10, 1.0) is None
    tokens = RateLimits(60, 1_000, now=0.0)
    assert tokens.take(900, 0.0) is None
    refused = tokens.take(700, 0.0)
    assert refused is not None
    assert (refused.body["error"]["type"], refused.headers["retry-after"]) == ("tokens", "36")
    assert tokens.headers(0.0) == {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-limit-tokens": "1000",
        "x-ratelimit-remaining-tokens": "100",
        "x-ratelimit-reset-tokens": "54s",
    }
    assert tokens.take(5_000, 60.0) is None  # more than the limit is allowed when nothing else was


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "0ms"), (0.012, "12ms"), (1.5, "1.5s"), (59.9999, "1m0s"), (360.0, "6m0s")]
)
def test_durations_are_written_as_the_service_does(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_heaviest_window_is_that_of_nested_loops() -> None:
    """Whatever comes when; a window is shorter than its seconds, so that both its ends do not count."""
    chance = random.Random(7)
    for _ in range(50):
        times = sorted(chance.choice([0, 10, 30, 60, 61, 90, 120, 150.5]) for _ in range(12))
        arrivals = [Arrival(at, "/v1/responses", chance.randrange(100)) for at in times]
        windows = [[each for each in arrivals if start.at <= each.at < start.at + 60] for start in arrivals]
        expected = max(map(len, windows)), max(sum(each.tokens for each in window) for window in windows)
        assert heaviest(arrivals, 60) == expected
    assert heaviest([], 60) == (0, 0)


def test_traffic_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest arrivals are forgotten."""
    monkeypatch.setattr(bounds, "MOST_KEPT", 1_000)
    traffic = Traffic()
    for number in range(1_001):
        traffic.arrived(float(number), "/v1/responses")

    assert traffic.summary(60)["requests"] == 1_000
    assert traffic.summary(60)["heaviest_requests"] == 60


def test_faults_have_their_shares_and_are_the_same_for_a_seed() -> None:
    """Those of answers do not befall what has none."""
    settings = ApiSettings(faults={"server_error": 0.05, "empty": 0.1}, next_faults=("reset",), seed=3)
    faults, again = (
        Faults(settings.faults, settings.next_faults, settings.seed),
        Faults(settings.faults, settings.next_faults, settings.seed),
    )
    drawn = [faults.draw(ALL) for _ in range(4_000)]
    counted = Counter(drawn[1:])

    assert drawn == [again.draw(ALL) for _ in range(4_000)]
    assert drawn[0] == "reset"
    assert counted["server_error"] == pytest.approx(200, abs=50)
    assert counted["empty"] == pytest.approx(400, abs=70)
    assert {
        Faults(settings.faults, settings.next_faults, settings.seed).draw(ANSWER_FAULTS) for _ in range(3)
    } <= {None, "empty"}
    assert ALL == STATUS_FAULTS | WIRE_FAULTS | ANSWER_FAULTS


def test_tokens_are_counted_by_script() -> None:
    """Japanese has more of them; a cut text has no more than it may."""
    assert (count_tokens(""), count_tokens("a" * 46), count_tokens("あ" * 31)) == (0, 10, 20)
    text = "Hello こんにちは " * 20
    for most in (0, 1, 7, 1_000):
        cut = cut_to_tokens(text, most)
        assert text.startswith(cut)
        assert count_tokens(cut) <= most
    assert cut_to_tokens(text, 1_000) == text
