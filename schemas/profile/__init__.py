"""The enriched profile: all that is known of one person at one time."""

from schemas.profile.model import EnrichedProfile
from schemas.profile.parts import Affinity, DataQuality, Decay, DocumentNote, Later, PastEvent
from schemas.profile.timely import Seen, summed_up, timely

__all__ = [
    "Affinity",
    "DataQuality",
    "Decay",
    "DocumentNote",
    "EnrichedProfile",
    "Later",
    "PastEvent",
    "Seen",
    "summed_up",
    "timely",
]
