"""The expected results of a fleet: replays of the recorded topics, and comparisons."""

from collections.abc import Mapping
from typing import Any

from schemas.mail import Engagement
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.fleet import ROUTE, Fleet
from tests.integration.wire import TOPICS, Wire
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.route.stage import DOCUMENTS
from workers.runtime.kafka.headers import version_of

FIELDS_OF_OUR_MAILS = {"last_contact_at", "changes_at", "can_send_new_message"}


def differing(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[str]:
    """The keys under which two mappings differ."""
    return sorted(key for key in expected.keys() | actual.keys() if expected.get(key) != actual.get(key))


def differing_fields(
    expected: Mapping[str, dict[str, Any]], actual: Mapping[str, dict[str, Any]]
) -> list[str]:
    """The keys under which two mappings differ, each with its differing fields and both their values."""
    nothing: dict[str, Any] = {}
    return [
        f"{key}: " + ", ".join(f"{field} {a.get(field)!r} -> {b.get(field)!r}" for field in differing(a, b))
        for key in differing(expected, actual)
        for a, b in [(expected.get(key, nothing), actual.get(key, nothing))]
    ]


def timeless(profiles: Mapping[str, bytes], at: int) -> dict[str, dict[str, Any]]:
    """Profiles as they are at one time (epoch milliseconds), whenever they were made.

    Fields of our own mails are left out: they depend on the time of the decision, which only the inbox has.
    """
    return {
        key: without_our_mails(EnrichedProfile.loads(value).at(from_epoch_ms(at)))
        for key, value in profiles.items()
    }


def without_our_mails(profile: EnrichedProfile) -> dict[str, Any]:
    """The fields of a profile, and what time will change in them, but for those of our own mails."""
    fields = profile.model_dump(exclude=FIELDS_OF_OUR_MAILS | {"later"})
    changes = [
        (change.at, {name: to for name, to in change.fields.items() if name not in FIELDS_OF_OUR_MAILS})
        for change in profile.later
    ]
    return fields | {"later": [(at, changed) for at, changed in changes if changed]}


def flow_profiles(wire: Wire, last: int) -> dict[str, bytes]:
    """The profiles of the whole flow in memory, from the document topics and what mail reported.

    `last` is the last watermark (epoch milliseconds): profiles that time alone changes are as of then.
    """
    fleet = Fleet((*ROUTE, stage(load_policy(wire.settings.kairos_policy))), wire.settings.kairos_partitions)
    for raw in [raw for topic in TOPICS for raw in wire.records(topic)]:
        value = None if raw.value is None else DOCUMENTS.inputs[raw.topic](raw.value).document
        fleet.put(raw.topic, (raw.key or b"").decode(), value, version_of(raw.headers), raw.timestamp)
    for raw in wire.records("engagements"):
        engagement = Engagement.loads(raw.value or b"")
        fleet.put("engagements", engagement.person, engagement, at=raw.timestamp)
    fleet.run()
    fleet.watermark(last)
    fleet.run()
    return fleet.latest("enriched-profiles")
