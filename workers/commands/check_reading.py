"""How the fleet reads a document of a source: as capture writes it, and as route takes it in."""

from schemas.notes import Noted
from topics.catalog import BY_NAME
from workers.product.reading.clock import Clock
from workers.product.reading.forms import check_key
from workers.product.sampling.source_sample import Decode
from workers.product.sources import Source
from workers.route.border import check_sizes
from workers.route.decoding import document_decoder
from workers.route.difference import emissions_of
from workers.route.stage import document_of
from workers.runtime.kafka.sizes import value_excess
from workers.runtime.stage import Record, TooLarge


def fleet_reading(source: Source, clock: Clock) -> Decode:
    """The reader of the keys and values that capture writes for a source, with times bound by a clock.

    It raises what makes dead letters: ContentError and other ValueErrors, TooLarge.
    """
    model = BY_NAME[source.topic].payload[0]
    assert issubclass(model, Noted)
    decode = document_decoder(model, lambda: clock, source.uuids)

    def read(key: str, data: bytes) -> Noted:
        if excess := value_excess(data):
            raise TooLarge(excess)
        value = decode(data)
        check_key(key, value.own.ids)
        document = document_of(Record(source.topic, 0, 0, key, value, (0, 0), 0))
        assert document is not None
        check_sizes(len(document.dumps()), emissions_of(source.topic, document).values())
        return document

    return read
