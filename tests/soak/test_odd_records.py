"""The long run of odd records: thousands in every topic of a running fleet."""

from pathlib import Path

import pytest

from tests.integration.odd_fleet import patient_wire, survive
from tests.integration.wire import Addressed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
EACH = 5_000  # records of a topic


def test_thousands_of_odd_records_stop_nobody(services: Addressed, tmp_path: Path, seed: int) -> None:
    """People before and behind have their profiles, whatever the records are."""
    wire = patient_wire(services)
    try:
        survive(wire, tmp_path, EACH, seed, patience=300.0)
    finally:
        wire.close()
