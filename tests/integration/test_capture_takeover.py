"""Two captures under load with a short session; `make soak` has the minute, and the ten seconds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.capturing import Product, product
from tests.soak.two_captures import under_load
from workers.runtime.process import exits

pytestmark = pytest.mark.wire
SEED, SESSION = 42, 3.0


@pytest.fixture
def shop(services: Any, tmp_path: Path) -> Iterator[Product]:
    """A product whose captures have a short session."""
    with product(services, tmp_path, kairos_session_seconds=SESSION) as shop:
        yield shop


def test_faults_of_the_leader_lose_nothing(shop: Product, tmp_path: Path) -> None:
    """Killed, the other goes on; woken after two sessions, it writes nothing and ends with exit code 5."""
    with under_load(shop, tmp_path, SEED) as (captures, _):
        seconds = captures.kill_leader()
        pause = captures.pause_leader(2 * SESSION)
    print(f"the other went on after {seconds:.1f} s")

    assert pause.after == pause.before
    assert pause.code == exits.FENCED
