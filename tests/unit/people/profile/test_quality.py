"""The quality of the data."""

from schemas.documents import Order, User
from tests.world import EMAIL, World, profile_of
from workers.product.reading import read


def test_missing_malformed_and_contested_fields_are_listed() -> None:
    """Default fields in the document's order; notes on documents; an address that another user owns."""
    world = World()
    world.put("users", User.model_validate({"id": "a", "email": EMAIL, "created_at": "2020-01-01"}))
    world.put("users", read(User, {"id": "user_001", "email": EMAIL, "age": "old", "gender": "f"}))
    world.put("orders", read(Order, {"id": "o1", "user_id": "user_001", "amount": "much"}))
    quality = profile_of(world).data_quality
    assert quality.missing[:4] == ["interests", "cuisine_preference", "dietary_restrictions", "age"]
    assert "gender" not in quality.missing
    malformed = [(note.document, note.field) for note in quality.malformed]
    assert malformed == [("orders/o1", "amount"), ("users/user_001", "age")]
    assert [(note.document, note.field, note.reason) for note in quality.contradictory] == [
        ("users/user_001", "email", "another user claims this address")
    ]
