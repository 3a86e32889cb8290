"""Writes dead letters; none counts as written before the broker has it."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError

from workers.runtime.dead_letters.reading import CUT
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

SECONDS = 10


class Letters:
    """A producer that is made for the first dead letter. Raises KafkaError when the broker fails."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: Any = None

    def write(self, letters: Sequence[ProducerRecord]) -> None:
        """Write these, and wait until the broker has them all."""
        if not letters:
            return
        self._producer = self._producer or KafkaProducer(
            bootstrap_servers=self._settings.brokers,
            **kafka_options(self._settings),
            client_id=self._settings.name("serve"),
            acks="all",
            delivery_timeout_ms=SECONDS * 1000,
            request_timeout_ms=SECONDS * 500,
            max_block_ms=SECONDS * 1000,
            bootstrap_timeout_ms=SECONDS * 1000,
            allow_auto_create_topics=False,
            compression_type="lz4",
        )
        for future in [self._send(letter) for letter in letters]:
            future.get(timeout=SECONDS + 5)

    def close(self) -> None:
        """Leave the broker."""
        if self._producer is not None:
            with suppress(KafkaError):
                self._producer.close(timeout=1)

    def _send(self, letter: ProducerRecord) -> Any:
        topic, headers = self._settings.name(letter.topic), list(letter.headers)
        record = {"key": letter.key, "headers": headers, "timestamp_ms": letter.at}
        try:
            return self._producer.send(topic, value=letter.value, **record)
        except MessageSizeTooLargeError:
            # with our headers it has become too large for the broker; its place is in them
            if CUT not in dict(headers):
                headers.append((CUT, b"%d" % len(letter.value or b"")))
            return self._producer.send(topic, value=None, **record)
