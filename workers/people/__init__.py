"""The worker `people`: what is known about a person, and whether to write to them now.

The same profiles in batch, from documents in memory: `from workers.people import enrich_user_profiles`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workers.people.batch.enrich import enrich_user_profiles
    from workers.people.batch.steps import (
        calculate_enriched_profile,
        calculate_event_derived_fields,
        calculate_message_derived_fields,
        calculate_personalization_fields,
        filter_events_by_user_email,
        filter_messages_by_user,
        filter_orders_by_user,
        generate_summary,
    )
    from workers.product.loading import (
        load_events_from_mongodb,
        load_messages_from_airtable,
        load_orders_from_mongodb,
        load_users_from_mongodb,
    )

ENRICH = "workers.people.batch.enrich"
STEPS = "workers.people.batch.steps"
LOADING = "workers.product.loading"
MODULES = {
    "calculate_enriched_profile": STEPS,
    "calculate_event_derived_fields": STEPS,
    "calculate_message_derived_fields": STEPS,
    "calculate_personalization_fields": STEPS,
    "enrich_user_profiles": ENRICH,
    "filter_events_by_user_email": STEPS,
    "filter_messages_by_user": STEPS,
    "filter_orders_by_user": STEPS,
    "generate_summary": STEPS,
    "load_events_from_mongodb": LOADING,
    "load_messages_from_airtable": LOADING,
    "load_orders_from_mongodb": LOADING,
    "load_users_from_mongodb": LOADING,
}
__all__ = [
    "calculate_enriched_profile",
    "calculate_event_derived_fields",
    "calculate_message_derived_fields",
    "calculate_personalization_fields",
    "enrich_user_profiles",
    "filter_events_by_user_email",
    "filter_messages_by_user",
    "filter_orders_by_user",
    "generate_summary",
    "load_events_from_mongodb",
    "load_messages_from_airtable",
    "load_orders_from_mongodb",
    "load_users_from_mongodb",
]


def __getattr__(name: str) -> Any:
    """Import a function when it is first used: the worker needs none, and the loaders import two clients."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(MODULES[name]), name)
