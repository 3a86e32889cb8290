"""The enriched profile: all that is known of one person at one time."""

from schemas.profile.model import EnrichedProfile
from schemas.profile.parts import Affinity, DataQuality, Decay, DocumentNote, Later, PastEvent
from schemas.profile.timely import FieldsView, timely, with_summary

__all__ = [
    "Affinity",
    "DataQuality",
    "Decay",
    "DocumentNote",
    "EnrichedProfile",
    "FieldsView",
    "Later",
    "PastEvent",
    "timely",
    "with_summary",
]
