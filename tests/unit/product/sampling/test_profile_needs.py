"""What a profile lacks without fields of documents: the table knows every field on both sides."""

from schemas.notes import Noted
from schemas.profile import EnrichedProfile
from workers.product.reading.fields import READERS
from workers.product.sampling.profile_needs import FEEDING, NEEDS, OTHERS, lacks_of, others
from workers.product.sampling.source_sample import FieldSample, SourceSample
from workers.product.sources import TOPICS

# fields of a profile that no field of a document alone feeds: ids, times, settings, what is computed of all
COMPUTED = {
    "id", "as_of", "changes_at", "cooldown_days", "job_window_days", "affinities", "decays", "later",
    "truncated", "data_quality", "summary", "searches", "has_enough_fields_to_personalize",
    "should_request_more_details", "personalization_score",
}  # fmt: skip


def fields_of_documents() -> set[str]:
    """All fields that a source may have but the ids of documents."""
    found = set()
    for name, topic in TOPICS.items():
        model = topic.payload[0]
        assert issubclass(model, Noted)
        found |= {f"{name}.{field}" for field, _ in READERS[model] if field != "id"}
    return found


def sample(topic: str, **found: int) -> SourceSample:
    """A sample of a topic with some fields."""
    fields = tuple(FieldSample(name, name, count, "text", {}) for name, count in found.items())
    return SourceSample(topic, 10, 0, fields, {}, {}, {}, frozenset())


def test_every_field_of_a_document_is_needed_for_something() -> None:
    """Each is in a row, or lacks by itself; no row and no sentence names a field that does not exist."""
    assert FEEDING | {need.one_of[0] for need in others()} == fields_of_documents()
    assert OTHERS.keys() <= fields_of_documents() - FEEDING


def test_every_field_of_a_profile_comes_from_somewhere() -> None:
    """Each is fed by a row, or computed; no row names a field that does not exist."""
    fed = {name.partition(".")[0] for need in NEEDS for name in need.feeds}

    assert fed | COMPUTED == EnrichedProfile.model_fields.keys()


def test_one_of_several_fields_is_enough() -> None:
    """An age comes from the birth date, too; without both it lacks."""
    with_birth = {name for lack in lacks_of([sample("users", birth_date=3)], ()) for name in lack.lacks}
    without = {name for lack in lacks_of([sample("users", email=3)], ()) for name in lack.lacks}

    assert "age" not in with_birth
    assert "stated_age" in with_birth
    assert "age" in without


def test_a_topic_that_is_not_there_stands_for_its_fields() -> None:
    """One line for all of it; topics that others feed lack nothing, as far as is known."""
    lacks = lacks_of([sample("users", email=3)], ("messages",))

    not_found = [lack.not_found for lack in lacks]
    assert ("jobs",) in not_found
    assert ("orders",) in not_found
    assert not [
        names for names in not_found if any(name.startswith(("messages", "orders.")) for name in names)
    ]


def test_a_field_that_is_never_found_lacks() -> None:
    """It is mapped, and no document has it."""
    lacks = lacks_of([sample("events", host=0, venue=1)], ())

    assert ("events.host",) in [lack.not_found for lack in lacks]
    assert ("events.venue",) not in [lack.not_found for lack in lacks]
