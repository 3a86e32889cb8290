"""The steps of the enrichment for one person: selecting the documents, and computing fields from them.

`enrich_user_profiles` does the same for many people in one pass. All functions take and return plain dicts.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from schemas.attendance import attendance, participants_of
from schemas.documents import Event, Message, Order, User
from schemas.model import from_epoch_ms
from schemas.names import normalise
from schemas.profile import EnrichedProfile
from schemas.profile.summary import summarise
from workers.people.batch.as_of import When, moment, reading_time
from workers.people.batch.document_facts import apply_document, as_given, profile_of
from workers.people.batch.profile_batch import WITHOUT_ID
from workers.people.policy import Policy
from workers.people.state import StoredPerson
from workers.product.reading import read

Docs = Iterable[Mapping[str, Any]]
EVENT_FIELDS = (
    "friends",
    "event_history_hosts",
    "event_history",
    "venue_history",
    "number_of_events_attended",
    "last_event_date",
    "favorite_event_types",
    "average_events_per_month",
    "days_since_last_event",
)
MESSAGE_FIELDS = (
    "has_queued_messages",
    "queued_message_count",
    "has_sent_messages",
    "last_message_sent_date",
    "days_since_last_message",
    "total_messages_sent",
    "can_send_new_message",
)
PERSONALIZATION_FIELDS = (
    "has_enough_fields_to_personalize",
    "is_first_time_user",
    "should_request_more_details",
    "is_healthy_active_user",
    "is_on_team",
    "personalization_score",
)


def filter_orders_by_user(orders: Docs, user_id: str) -> list[Any]:
    """The orders of a user, as they were given."""
    return [order for order in orders if read(Order, as_given(order)).user_id == user_id]


def filter_messages_by_user(messages: Docs, user_id: str) -> list[Any]:
    """The messages to a user, as they were given."""
    return [message for message in messages if read(Message, as_given(message)).user_id == user_id]


def filter_events_by_user_email(events: Docs, user_email: str | None) -> list[Any]:
    """The events with an address among the participants, in any spelling, as they were given."""
    address = normalise(user_email)
    return [event for event in events if address in participants_of(read(Event, as_given(event)))]


def calculate_event_derived_fields(
    user_events: Docs,
    *,
    user_email: str | None = None,
    as_of: When = None,
    policy: Policy | None = None,
) -> dict[str, Any]:
    """EVENT_FIELDS from the events of a user.

    Users are not their own friends: without `user_email` the address that participates in every event is the
    user's, if there is exactly one.
    """
    events = read_all(Event, user_events)
    user = {"email": user_email or common_address(events)}
    return selected(EVENT_FIELDS, profile_of_one(user, events=events, at=moment(as_of), policy=policy))


def calculate_message_derived_fields(
    user_messages: Docs, *, as_of: When = None, policy: Policy | None = None
) -> dict[str, Any]:
    """MESSAGE_FIELDS from the messages to a user."""
    messages = read_all(Message, user_messages)
    return selected(MESSAGE_FIELDS, profile_of_one({}, messages=messages, at=moment(as_of), policy=policy))


def calculate_personalization_fields(
    user: Mapping[str, Any],
    user_events: Docs,
    *,
    user_orders: Docs = (),
    as_of: When = None,
    policy: Policy | None = None,
) -> dict[str, Any]:
    """PERSONALIZATION_FIELDS of a user; `user_orders` are needed for the points of orders in the score."""
    orders, events = read_all(Order, user_orders), read_all(Event, user_events)
    return selected(
        PERSONALIZATION_FIELDS, profile_of_one(user, orders, events, at=moment(as_of), policy=policy)
    )


def calculate_enriched_profile(
    user: Mapping[str, Any],
    user_orders: Docs,
    user_events: Docs,
    user_messages: Docs,
    *,
    as_of: When = None,
    policy: Policy | None = None,
) -> dict[str, Any]:
    """The user's own fields and all fields of the profile, from documents that are all the user's."""
    documents = (
        read_all(Order, user_orders),
        read_all(Event, user_events),
        read_all(Message, user_messages),
    )
    return {**user, **profile_of_one(user, *documents, at=moment(as_of), policy=policy)}


def generate_summary(
    user: Mapping[str, Any],
    enriched_fields: Mapping[str, Any],
    *,
    language: Literal["en", "ja"] | None = None,
    as_of: When = None,
) -> str:
    """The summary of a user with enriched fields, in `language`, by default the user's own.

    Times are relative to the `as_of` of the enriched fields. Fields may be missing from them.
    """
    at = moment(as_of if as_of is not None else enriched_fields.get("as_of"))
    base = profile_of_one(user, at=at, policy=None)
    same = {"id": base["id"], "as_of": from_epoch_ms(at)}
    profile = EnrichedProfile.model_validate(base | dict(enriched_fields) | same)
    return summarise(profile, language or profile.preferred_language)


def profile_of_one(
    user: Mapping[str, Any],
    orders: Sequence[Order] = (),
    events: Sequence[Event] = (),
    messages: Sequence[Message] = (),
    *,
    at: int,
    policy: Policy | None,
) -> dict[str, Any]:
    """The profile of one person, from documents that are all theirs, at a time in epoch milliseconds."""
    document = read(User, as_given(user))
    stored, address = StoredPerson(document.id), normalise(document.email)
    apply_document(stored, "user", f"users/{document.id}", at, document)
    for order in orders:
        apply_document(stored, "order", f"orders/{order.id}", at, order)
    for event in events:
        value = attendance(event, address, participants_of(event))
        apply_document(stored, "attendance", f"events/{event.id}/{address}", at, value)
    read_at = reading_time()
    for message in messages:
        apply_document(stored, "message", f"messages/{message.id}", at, message, read_at)
    return profile_of(stored, at, policy or Policy())


def read_all(model: type[Any], documents: Docs) -> list[Any]:
    """Read the documents; one without an id gets its index as id."""
    read_documents = [read(model, as_given(document)) for document in documents]
    return [
        document if document.id else document.model_copy(update={"id": f"{WITHOUT_ID}{index}"})
        for index, document in enumerate(read_documents)
    ]


def common_address(events: Sequence[Event]) -> str | None:
    """The address that participates in every event; None if there are several, or none."""
    lists = [set(participants_of(event)) for event in events]
    common = set[str].intersection(*lists) if lists else set()
    return next(iter(common)) if len(common) == 1 else None


def selected(names: Sequence[str], fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with the given names, in their order."""
    return {name: fields[name] for name in names}
