"""The steps of the enrichment one by one, for one person: whose documents, and which fields they give.

`enrich_user_profiles` does the same for many people in one pass. All take and give plain dicts.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from schemas.attendance import attendance, everybody
from schemas.documents import Event, Message, Order, User
from schemas.model import from_epoch_ms
from schemas.names import normalise
from schemas.profile import EnrichedProfile
from schemas.profile.summary import summarise
from workers.people.batch.as_of import When, moment
from workers.people.batch.document_facts import apply_document, as_given, profile_of
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
    return [one for one in orders if read(Order, as_given(one)).user_id == user_id]


def filter_messages_by_user(messages: Docs, user_id: str) -> list[Any]:
    """The messages to a user, as they were given."""
    return [one for one in messages if read(Message, as_given(one)).user_id == user_id]


def filter_events_by_user_email(events: Docs, user_email: str | None) -> list[Any]:
    """The events with an address on their list, however it is written there, as they were given."""
    address = normalise(user_email)
    return [one for one in events if address in everybody(read(Event, as_given(one)))]


def calculate_event_derived_fields(
    user_events: Docs,
    *,
    user_email: str | None = None,
    as_of: When = None,
    policy: Policy | None = None,
) -> dict[str, Any]:
    """EVENT_FIELDS from the events of a user.

    Nobody is their own friend: without `user_email` the one address that is on every list counts as the
    user's, if it is only one.
    """
    found = named(Event, user_events)
    user = {"email": user_email or on_every_list(found)}
    return chosen(EVENT_FIELDS, alone(user, events=found, at=moment(as_of), policy=policy))


def calculate_message_derived_fields(
    user_messages: Docs, *, as_of: When = None, policy: Policy | None = None
) -> dict[str, Any]:
    """MESSAGE_FIELDS from the messages to a user."""
    found = named(Message, user_messages)
    return chosen(MESSAGE_FIELDS, alone({}, messages=found, at=moment(as_of), policy=policy))


def calculate_personalization_fields(
    user: Mapping[str, Any],
    user_events: Docs,
    *,
    user_orders: Docs = (),
    as_of: When = None,
    policy: Policy | None = None,
) -> dict[str, Any]:
    """PERSONALIZATION_FIELDS of a user; the score counts orders, too: give them, or it lacks theirs."""
    orders, events = named(Order, user_orders), named(Event, user_events)
    return chosen(PERSONALIZATION_FIELDS, alone(user, orders, events, at=moment(as_of), policy=policy))


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
    documents = named(Order, user_orders), named(Event, user_events), named(Message, user_messages)
    return {**user, **alone(user, *documents, at=moment(as_of), policy=policy)}


def generate_summary(
    user: Mapping[str, Any],
    enriched_fields: Mapping[str, Any],
    *,
    language: Literal["en", "ja"] | None = None,
    as_of: When = None,
) -> str:
    """The paragraph about a user with some enriched fields, in `language`, by default the user's own.

    It speaks of the time of the enriched fields (their `as_of`); they may leave out what they do not know.
    """
    at = moment(as_of if as_of is not None else enriched_fields.get("as_of"))
    base = alone(user, at=at, policy=None)
    same = {"id": base["id"], "as_of": from_epoch_ms(at)}
    profile = EnrichedProfile.model_validate(base | dict(enriched_fields) | same)
    return summarise(profile, language or profile.preferred_language)


def alone(
    user: Mapping[str, Any],
    orders: Sequence[Order] = (),
    events: Sequence[Event] = (),
    messages: Sequence[Message] = (),
    *,
    at: int,
    policy: Policy | None,
) -> dict[str, Any]:
    """The profile of one person, from documents that are all theirs, at a time in epoch milliseconds."""
    known = read(User, as_given(user))
    stored, address = StoredPerson(known.id), normalise(known.email)
    apply_document(stored, "user", f"users/{known.id}", at, known)
    for order in orders:
        apply_document(stored, "order", f"orders/{order.id}", at, order)
    for event in events:
        value = attendance(event, address, everybody(event))
        apply_document(stored, "attendance", f"events/{event.id}/{address}", at, value)
    for message in messages:
        apply_document(stored, "message", f"messages/{message.id}", at, message)
    return profile_of(stored, at, policy or Policy())


def named(model: type[Any], documents: Docs) -> list[Any]:
    """The documents, read; one without an id gets its number as one."""
    found = (read(model, as_given(one)) for one in documents)
    return [one if one.id else one.model_copy(update={"id": f"#{n}"}) for n, one in enumerate(found)]


def on_every_list(events: Sequence[Event]) -> str | None:
    """The one address on the list of every event; None when there are several, or none."""
    lists = [set(everybody(event)) for event in events]
    common = set[str].intersection(*lists) if lists else set()
    return next(iter(common)) if len(common) == 1 else None


def chosen(names: Sequence[str], fields: dict[str, Any]) -> dict[str, Any]:
    """Some of the fields, in the order of the names."""
    return {name: fields[name] for name in names}
