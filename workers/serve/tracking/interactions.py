"""The JSON of an interaction, as `Interaction` writes it, without the model: at a tenth of the CPU. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from schemas.interactions import Interaction
from schemas.model import from_epoch_ms
from workers.serve.tracking.messages import TrackedMessage

OLDEST_AGE_MS = 86_400_000  # a browser's memory of what is older is not believed
DEFAULTS = {
    name: None if field.is_required() else field.get_default()
    for name, field in Interaction.model_fields.items()
}


def at_of(message: TrackedMessage, now_ms: int) -> int:
    """When it happened, by our own clock: what is older than a day counts as now. Times in epoch ms."""
    return now_ms - int(message.age_ms if message.age_ms <= OLDEST_AGE_MS else 0)


def interaction_json(message: TrackedMessage, person: str, at: int, of_job: Mapping[str, Any]) -> bytes:
    """The JSON of an interaction at a time (epoch ms); `of_job` are the fields that the board knows."""
    told = {"id": message.id, "person": person, "at": from_epoch_ms(at)}
    return msgspec.json.encode({**DEFAULTS, **message.content, **of_job, **told})
