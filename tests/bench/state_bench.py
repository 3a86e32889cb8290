"""Bytes of state per person: the demo's product through `route` and `people`, in memory."""

from statistics import mean, median

from deploy.embedded import Services
from tests.bench.measure import Row, settings_of
from tests.fleet import Fleet
from topics.catalog import DOCUMENTS
from workers.demo.product import make
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.route.stage import STAGES
from workers.runtime.engine.state_header import RESERVED_KEYS

NOW = 1_760_000_000_000


def run(services: Services, quick: bool) -> list[Row]:
    """Put every document of the product through the stages, then measure the stored states."""
    policy = load_policy(settings_of(services.environment(), "").kairos_policy)
    fleet = Fleet((*STAGES, stage(policy)))
    product = make(NOW)
    for topic in DOCUMENTS:
        for document in product.collections.get(topic.name.replace("-", "_"), []):
            body = {"id": document["_id"]} | document
            fleet.put(topic.name, body["id"], topic.payload[0].model_validate(body), (1, 1), at=NOW)  # type: ignore[arg-type]
    fleet.run()
    fleet.watermark(NOW + 1)
    fleet.run()
    states = {replay.stage.name: replay.stored() for replay in fleet.replays}
    how = f"{len(product.users)} people of the demo's product, decided once"
    rows: list[Row] = []
    for name, stored in states.items():
        sizes = [len(value) for key, value in stored.items() if key not in RESERVED_KEYS]
        figure = f"median {median(sizes):.0f} B, mean {mean(sizes):.0f} B, largest {max(sizes)} B"
        rows.append((f"state of {name}, per key", figure, f"{len(sizes)} keys; {how}"))
    return rows
