"""What the stages make of a recorded demo run stays the same, byte by byte."""

import json

import pytest

from tests.golden import DIGESTS, Digests, recorded, replayed

EXPECTED: Digests = json.loads(DIGESTS.read_text("utf-8"))


@pytest.fixture(scope="module")
def now() -> Digests:
    """The digests of the code as it is."""
    return replayed()


@pytest.mark.parametrize("stage", sorted(EXPECTED))
def test_a_stage_makes_the_same_of_the_recording(stage: str, now: Digests) -> None:
    """Outputs with their ids and headers, and stored states; `python -m tests.golden` accepts a change."""
    assert now[stage] == EXPECTED[stage]


def test_every_stage_is_covered(now: Digests) -> None:
    """A stage that is new is recorded, too; none of them sees an empty log."""
    assert now.keys() == EXPECTED.keys()
    assert all(int(digests["outputs"]) >= 100 for digests in EXPECTED.values())
    assert len(recorded()["inbox"]) > 1_000
