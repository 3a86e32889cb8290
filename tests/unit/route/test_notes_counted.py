"""What could not be read in documents is counted by field."""

from prometheus_client import REGISTRY

from schemas.documents import User
from schemas.notes import Note
from workers.product.reading.forms import OwnId
from workers.route.app import count_notes
from workers.route.decoding import ReadDocument

FIELDS = ("email", "other")


def counted() -> list[float]:
    """How many notes on users are counted, by field."""
    labels = ({"kind": "user", "field": field, "problem": "malformed"} for field in FIELDS)
    return [REGISTRY.get_sample_value("kairos_notes_total", each) or 0.0 for each in labels]


def test_notes_are_counted_by_the_field_they_are_on() -> None:
    """A name that a product has made up is no label: there might be any number of them."""
    before = counted()
    names = ("email", "email", "nobody's field 7", "nobody's field 8")
    notes = [Note(field=name, problem="malformed", reason="why") for name in names]
    own: OwnId = OwnId()
    count_notes(ReadDocument(User(id="mia", notes=notes), own))
    count_notes(ReadDocument(None, own))
    count_notes(b"a permission")
    assert [now - was for now, was in zip(counted(), before, strict=True)] == [2, 2]
