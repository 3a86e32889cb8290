"""The world `half` as the table uses it, made once for all tests of its behaviour."""

import pytest

from workers.evaluate.generator import World, generate
from workers.evaluate.parameters import TUNING_SEEDS, WORLDS
from workers.evaluate.recording import Act


@pytest.fixture(scope="session")
def world() -> World:
    """The world `half` as the table uses it, with a seed for tuning."""
    return generate(WORLDS["half"], TUNING_SEEDS[0])


@pytest.fixture(scope="session")
def views(world: World) -> list[Act]:
    """Its views, in the order of time."""
    return [act for act in world.recording.acts if act.kind == "viewed"]
