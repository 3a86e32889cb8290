"""The vectors of what persons wrote, made before a board is locked: résumés, fields, searches.

They stay in memory: a key in Redis would outlive the person. An embedder that is slow or fails delays nobody
for long: what it does not say in time says nothing in this list.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import numpy as np

from workers.recommend.embedding import Embedder, EmbedderError, Vectors, label
from workers.runtime.metrics.models import EMBEDDED
from workers.runtime.process.error_text import one_line
from workers.runtime.process.outage import Outage

MOST = 5_000  # texts that are remembered, 8 MB
WAIT_SECONDS = 2.0  # for an embedder that is not quick
ALONE_SECONDS = 10.0  # for which one that failed is not asked
THREADS = 4
TextKey = tuple[str, bytes]


class PersonTexts:
    """Embeds texts, and remembers the last ones. To be used by any thread."""

    def __init__(self, most: int = MOST, wait_seconds: float = WAIT_SECONDS) -> None:
        self._most = most
        self._wait_seconds = wait_seconds
        self._kept: OrderedDict[TextKey, Vectors] = OrderedDict()
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(THREADS, "texts")
        self._outage = Outage("embedding what persons wrote", ALONE_SECONDS)

    def vectors(self, embedder: Embedder, texts: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of texts, by text; of length 0 where the embedder fails or is too slow."""
        found = {text: self._known(embedder, text) for text in texts}
        missing = [text for text, vector in found.items() if vector is None]
        made = self._made(embedder, missing) if missing else {}
        nothing = np.zeros(embedder.dims, np.float32)
        return {text: made.get(text, nothing) if vector is None else vector for text, vector in found.items()}

    def _made(self, embedder: Embedder, texts: Sequence[str]) -> Mapping[str, Vectors]:
        if embedder.is_quick:
            return self._embedded(embedder, texts)
        if not self._outage.lasts:
            try:
                made = self._threads.submit(self._embedded, embedder, texts).result(self._wait_seconds)
            except (EmbedderError, TimeoutError) as error:
                self._outage.failed(one_line(error))
            else:
                self._outage.answered()
                return made
        EMBEDDED.labels(embedder.name, "failed").inc(len(texts))
        return {}

    def _embedded(self, embedder: Embedder, texts: Sequence[str]) -> Mapping[str, Vectors]:
        """Vectors that are remembered, also those for which nobody waits any more."""
        made = dict(zip(texts, embedder.embed(texts), strict=True))
        with self._lock:
            for text, vector in made.items():
                self._kept[key_of(embedder, text)] = vector
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def _known(self, embedder: Embedder, text: str) -> Vectors | None:
        key = key_of(embedder, text)
        with self._lock:
            vector = self._kept.get(key)
            if vector is not None:
                self._kept.move_to_end(key)
        return vector


def key_of(embedder: Embedder, text: str) -> TextKey:
    """What a text is remembered by: no text of a person is kept."""
    return label(embedder), sha256(text.encode("utf-8", "surrogatepass")).digest()
