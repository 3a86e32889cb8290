"""The world `half`, made once for all tests of its behaviour; in `make soak` as large as the table has it."""

from dataclasses import replace
from typing import cast

import pytest

from workers.evaluate.generator import World, generate
from workers.evaluate.parameters import TUNING_SEEDS, WORLDS, WorldParameters
from workers.evaluate.recording import Act

SMALL = replace(WORLDS["half"], people=1_000, open_jobs=800)
SIZES = (pytest.param(SMALL, id="small"), pytest.param(WORLDS["half"], id="whole", marks=pytest.mark.slow))


@pytest.fixture(scope="session", params=SIZES)
def world(request: pytest.FixtureRequest) -> World:
    """The world `half`, with a seed for tuning."""
    return generate(cast(WorldParameters, request.param), TUNING_SEEDS[0])


@pytest.fixture(scope="session")
def views(world: World) -> list[Act]:
    """Its views, in the order of time."""
    return [act for act in world.recording.acts if act.kind == "viewed"]
