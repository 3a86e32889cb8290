"""How often Python looks for garbage in cycles: rarely where many objects live long, and few in cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (100_000, 20, 100)  # a round and a batch hold many objects; the defaults cost up to a third


@contextmanager
def collected_rarely() -> Iterator[None]:
    """Look for garbage rarely while the block runs."""
    before = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
