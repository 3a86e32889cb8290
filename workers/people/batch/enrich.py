"""From lists of documents to profiles, and to decisions; no services."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from schemas.model import from_epoch_ms
from workers.people.batch.as_of import When, moment, reading_time
from workers.people.batch.plain_values import rows_of
from workers.people.batch.profile_batch import BadDocument, Collection, ProfileBatch
from workers.people.decision.decide import Judgement
from workers.people.policy import Policy

COLLECTIONS: tuple[Collection, ...] = get_args(Collection)


def enrich_user_profiles(
    users: Iterable[Mapping[str, Any]],
    orders: Iterable[Mapping[str, Any]],
    events: Iterable[Mapping[str, Any]],
    messages: Iterable[Mapping[str, Any]],
    *,
    as_of: When = None,
    policy: Policy | None = None,
) -> list[dict[str, Any]]:
    """One dict per user, in the order of the users: the user's own fields and all fields of the profile.

    Args:
        users, orders, events: documents from MongoDB, or rows of a table of pandas, polars or Arrow; their id
            is `id`, else `_id`.
        messages: records from Airtable or MongoDB.
        as_of: the time of the profiles, as a date (its midnight UTC), a time or ISO text; now by default.
        policy: the thresholds; by default those of deploy/policy.toml as it is delivered.

    The profiles are those that `people` emits for the same documents at that time, as values for JSON: dates
    are ISO text. The cost is linear in the number of documents. Each iterable is read once. Raises
    BadDocument (a ValueError) for a document that is no mapping and for a user without an id.
    """
    return list(enriched((users, orders, events, messages), moment(as_of), policy or Policy()))


def enriched(documents: Iterable[Iterable[Any]], at: int, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield the profiles one by one; `documents` are in the order of COLLECTIONS."""
    yield from batch_of(documents, at, policy).profiles()


def judged_users(documents: Iterable[Iterable[Any]], as_of: When, policy: Policy) -> list[dict[str, Any]]:
    """For each user the `profile` and the `decision` of the fleet's rules at that time, as values for JSON.

    `documents` are in the order of COLLECTIONS. Raises ValueError as `enrich_user_profiles` does.
    """
    judged = batch_of(documents, moment(as_of), policy).judged()
    return [
        {"profile": profile, "decision": decision_fields(judgement, policy)} for profile, judgement in judged
    ]


def decision_fields(judgement: Judgement, policy: Policy) -> dict[str, Any]:
    """What a judgement says, as values for JSON."""
    until = None if judgement.until is None else from_epoch_ms(judgement.until).isoformat()
    return {
        "verdict": judgement.verdict,
        "reason": judgement.reason,
        "because": judgement.because,
        "until": until,
        "policy": policy.version,
    }


def batch_of(documents: Iterable[Iterable[Any]], at: int, policy: Policy) -> ProfileBatch:
    """A batch of the documents, in the order of COLLECTIONS."""
    batch = ProfileBatch(at, policy, reading_time())
    for collection, of_collection in zip(COLLECTIONS, documents, strict=True):
        for number, document in enumerate(rows_of(of_collection)):
            try:
                batch.add(collection, document)
            except BadDocument as error:
                raise BadDocument(f"{collection}[{number}]: {error}") from None
    return batch
