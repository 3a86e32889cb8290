"""Which fields of documents the fields of a profile are made of, and what a profile lacks without them. Pure.

Each row: fields of documents, of which one is enough, and the fields of the profile that need one of them.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from schemas.documents import User
from schemas.notes import Noted
from schemas.profile import EnrichedProfile
from workers.product.reading.forms import field_names
from workers.product.sampling.source_sample import SourceSample
from workers.product.sources import TOPICS


class Need(NamedTuple):
    """Fields of documents (`users.age`), one of which is enough for some fields of the profile."""

    one_of: tuple[str, ...]
    feeds: tuple[str, ...]


COMPUTED = ("id", "age")  # fields of users that are those of the profile under further conditions
USER_FIELDS = tuple(
    name for name in User.model_fields if name in EnrichedProfile.model_fields and name not in COMPUTED
)
NEEDS: tuple[Need, ...] = (
    *(Need((f"users.{name}",), (name,)) for name in USER_FIELDS),
    Need(("users.age", "users.birth_date"), ("age",)),
    Need(("users.age",), ("stated_age",)),
    Need(("users.language",), ("preferred_language",)),
    Need(("users.time_zone",), ("preferred_time_zone",)),
    Need(("users.is_team_member", "users.role"), ("is_on_team",)),
    # without an address a person meets no event, and is written to by nobody
    *(
        Need(
            (name,),
            (
                "event_history", "number_of_events_attended", "first_event_date", "last_event_date",
                "days_since_last_event", "average_events_per_month", "upcoming_events", "friends",
                "is_first_time_user", "is_healthy_active_user", "activity_level",
            ),
        )
        for name in ("users.email", "events.participants", "events.date")
    ),
    Need(("events.host",), ("event_history_hosts", "favorite_hosts", "affinities.host")),
    Need(("events.venue",), ("venue_history", "last_event_venue", "affinities.venue")),
    Need(("events.event_type",), ("favorite_event_types", "affinities.event_type")),
    Need(("events.cuisine",), ("affinities.cuisine",)),
    Need(("events.neighborhood",), ("affinities.neighborhood",)),
    Need(("events.name",), ("event_history.name", "upcoming_events.name")),
    Need(("orders.user_id",), ("total_orders", "order_amount_total", "last_order_date")),
    Need(("orders.amount",), ("order_amount_total", "order_amount_average", "decayed_spend")),
    Need(("orders.date",), ("last_order_date", "decayed_spend")),
    Need(("messages.user_id",), ("total_messages_sent", "last_contact_at", "has_queued_messages")),
    Need(("messages.status",), ("has_queued_messages", "queued_message_count")),
    Need(
        ("messages.sent_date", "messages.created_date"),
        ("has_sent_messages", "last_message_sent_date", "days_since_last_message", "can_send_new_message"),
    ),
    Need(("job-views.user_id",), ("jobs_viewed", "jobs")),
    Need(("job-views.job_id",), ("jobs_viewed", "jobs")),
    Need(("job-preferences.user_id",), ("jobs_saved", "excluded_jobs")),
    Need(("job-preferences.job_id",), ("jobs_saved", "excluded_jobs")),
    Need(("job-preferences.preference_type",), ("jobs_saved", "excluded_jobs")),
    Need(("job-views.tags", "job-preferences.tags"), ("affinities.job_tag",)),
)  # fmt: skip
JOB_TITLE = "jobs.title"
# what lacks without fields of which no profile is made, in words; of others it is that they are not known
OTHERS: Mapping[str, str] = {
    "users.mail_consent": "whether a person agreed to mails is not known",
    "users.mail_consent_at": "since when a person agreed to mails is not known",
    "users.mail_consent_source": "how it is known that a person agreed to mails is not known",
    "users.created_at": "of two people with one address the older account cannot be told",
    "orders.event_id": "which event was paid for is not known",
    "orders.status": "cancelled and refunded orders count as purchases",
    "events.status": "cancelled events are not told from others",
    "events.capacity": "events that are full are not told from others",
    "events.price": "the prices of events are not known",
    "events.time_zone": "the days and hours of events are those that their times state",
    "messages.content": "what was written to a person is not known",
    JOB_TITLE: "jobs are not understood, and cannot be chosen",
    "jobs.company": "the companies of jobs are not known",
    "jobs.location": "where jobs are is not known",
    "jobs.salary": "the salaries of jobs are not known",
    "jobs.description": "jobs are understood by their titles alone",
    "jobs.tags": "the tags of jobs are not known",
    "jobs.posted_at": "when jobs were posted is not known",
    "jobs.closes_at": "jobs are open until their documents are deleted",
    "jobs.work_style": "how jobs are worked is not known",
    "jobs.language": "the languages of jobs are not known",
    "jobs.is_editorial": "picks of editors are not known",
    "jobs.openings": "how many people are looked for is not known",
    "job-views.time_spent_seconds": "how long jobs were viewed is not known",
    "job-views.source": "where a view came from is not known",
    "job-views.viewed_at": "when jobs were viewed is not known",
    "job-preferences.created_at": "when preferences were said is not known",
}


FEEDING = frozenset(name for need in NEEDS for name in need.one_of)


def others() -> Iterator[Need]:
    """The fields of documents of which no profile is made, each with a sentence."""
    for topic in TOPICS.values():
        model = topic.payload[0]
        assert issubclass(model, Noted)
        for name in sorted(field_names(model) - {"id"}, key=[*model.model_fields].index):
            if f"{topic.name}.{name}" not in FEEDING:
                sentence = OTHERS.get(f"{topic.name}.{name}", f"{name} is not known")
                yield Need((f"{topic.name}.{name}",), (sentence,))


class Lack(NamedTuple):
    """Fields of documents that are not found, and what lacks them: fields of the profile, or a sentence."""

    not_found: tuple[str, ...]
    lacks: tuple[str, ...]


def lacks_of(samples: Collection[SourceSample], fed: Collection[str]) -> list[Lack]:
    """What profiles will lack, as the samples are; `fed` are topics that others feed, and may hold all.

    Of a topic of which nothing was found, the topic stands for its fields.
    """
    found = {f"{sample.topic}.{each.name}" for sample in samples for each in sample.fields if each.found}
    topics = {name.partition(".")[0] for name in found} | set(fed)
    lacking: dict[tuple[str, ...], list[str]] = {}
    for one_of, lacks in (*NEEDS, *others()):
        if not found.isdisjoint(one_of) or any(_topic(name) in fed for name in one_of):
            continue
        if one_of[0] not in FEEDING and _topic(one_of[0]) not in topics and one_of[0] != JOB_TITLE:
            continue  # of a topic that is not there it is enough to say so
        missing = tuple(dict.fromkeys(name if _topic(name) in topics else _topic(name) for name in one_of))
        lacking.setdefault(missing, []).extend(lacks)
    rows = [Lack(names, tuple(dict.fromkeys(lacks))) for names, lacks in lacking.items()]
    return sorted(rows, key=lambda lack: [*TOPICS].index(_topic(lack.not_found[0])))


def _topic(name: str) -> str:
    return name.partition(".")[0]
