"""The six steps of a message, in their order; each is a pure function."""

from collections.abc import Callable
from typing import Any, NamedTuple

from workers.mail.engine.context import context_of
from workers.mail.engine.feedback import feedback_of
from workers.mail.engine.prospect_profile import profile_of
from workers.mail.engine.selection import selection_of
from workers.mail.engine.strategy import strategy_of
from workers.mail.engine.variations import variations_of


class EngineStep(NamedTuple):
    """A step: its name, and the function that it is."""

    name: str
    function: Callable[..., Any]


STEPS = (
    EngineStep("profile", profile_of),
    EngineStep("context", context_of),
    EngineStep("strategy", strategy_of),
    EngineStep("variations", variations_of),
    EngineStep("selection", selection_of),
    EngineStep("feedback", feedback_of),
)
