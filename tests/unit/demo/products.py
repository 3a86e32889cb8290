"""A generated product for the tests of the demo, and the fleet's pure part that processes it."""

from schemas.documents import Event, Job, JobPreference, JobView, Message, Order, User
from schemas.model import Model, RawDocument
from tests.world import World, ms
from workers.demo.product import DemoProduct

NOW = ms("2026-03-01T12:00:00")
MODELS: dict[str, type[Model]] = {
    "users": User,
    "events": Event,
    "orders": Order,
    "messages": Message,
    "jobs": Job,
    "job_views": JobView,
    "job_preferences": JobPreference,
}


def load(demo_product: DemoProduct) -> World:
    """Process the product with the pure part of the fleet, as of NOW."""
    world = World("2026-03-01T12:00:00")
    for collection, documents in demo_product.collections.items():
        for document in documents:
            put(world, collection, document)
    world.settle()
    return world


def put(world: World, collection: str, document: RawDocument) -> None:
    """Write a document to its topic, as capture does."""
    model = MODELS[collection].model_validate({"id": document["_id"], **document})
    world.put(collection.replace("_", "-"), model)
