"""Some faults of a model, for the worker `mail`; `make soak` has all of them."""

from pathlib import Path

import pytest

from tests.integration.wire import Addressed
from tests.soak.worker_faults import check, run

pytestmark = pytest.mark.wire


async def test_faults_of_the_model_end_in_whole_mails(services: Addressed, tmp_path: Path) -> None:
    """One that is tried again, one of the wire, one of the answer, and one after which nobody asks."""
    seen = await run(services, ["bad_gateway", "reset", "wrong_schema", "insufficient_quota"], tmp_path)
    check(seen)
