"""The enriched profile: all that is known about a person at a time."""

from schemas.profile.model import EnrichedProfile
from schemas.profile.parts import Affinity, DataQuality, Decay, DocumentNote, Later, PastEvent
from schemas.profile.time_fields import FieldsView, with_summary, with_time_fields

__all__ = [
    "Affinity",
    "DataQuality",
    "Decay",
    "DocumentNote",
    "EnrichedProfile",
    "FieldsView",
    "Later",
    "PastEvent",
    "with_summary",
    "with_time_fields",
]
