"""What do we know about a person, and should we write to them now?

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
WHERE = {"enrich": "workers.people.batch.enrich", "load": "workers.product.loading"}


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is: the worker needs none of it, the loaders two database clients."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    where = WHERE.get(name.partition("_")[0], "workers.people.batch.steps")
    return getattr(import_module(where), name)
