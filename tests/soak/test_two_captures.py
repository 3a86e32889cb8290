"""Two captures under load for minutes: leaders are killed, and stand still, one of them for a minute."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.capturing import product
from tests.soak.two_captures import under_load
from workers.runtime.process import exits

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]
KILLS = 6
TAKE_OVER_SECONDS = 10.0


def test_the_other_goes_on_within_ten_seconds(services: Any, tmp_path: Path, seed: int) -> None:
    """With the settings as they come; nothing is lost."""
    with product(services, tmp_path, kairos_session_seconds=10.0) as shop:
        with under_load(shop, tmp_path, seed) as (captures, chance):
            seconds = []
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.0, 3.0))  # so that it is at work, and at any point of a heartbeat
                seconds.append(captures.kill_leader())
        print(f"seconds until the other went on: {', '.join(f'{each:.1f}' for each in seconds)}", flush=True)

    assert max(seconds) <= TAKE_OVER_SECONDS


def test_one_that_stood_still_for_a_minute_writes_nothing(services: Any, tmp_path: Path, seed: int) -> None:
    """Woken, it ends with exit code 5 and no topic has grown; nothing is lost."""
    with (
        product(services, tmp_path, kairos_session_seconds=10.0) as shop,
        under_load(shop, tmp_path, seed) as (captures, _),
    ):
        pause = captures.pause_leader(60.0)

    assert pause.after == pause.before
    assert pause.code == exits.FENCED
