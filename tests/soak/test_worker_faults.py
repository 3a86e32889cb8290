"""Every fault that a model can have, for the worker `mail`."""

from pathlib import Path
from typing import get_args

import pytest

from deploy.embedded.openai.settings import AnswerFault, FaultKind, StatusFault, WireFault
from tests.integration.wire import Addressed
from tests.soak.worker_faults import check, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1000)]
LAST: FaultKind = "insufficient_quota"  # after it no model is asked for a while


async def test_every_fault_ends_in_a_whole_mail(services: Addressed, tmp_path: Path) -> None:
    """Nobody's decision is lost, nobody gets two mails, and none is broken."""
    kinds: list[FaultKind] = [*get_args(StatusFault), *get_args(WireFault), *get_args(AnswerFault)]
    seen = await run(services, [*(kind for kind in kinds if kind != LAST), LAST], tmp_path)
    assert len(seen.decisions) == len(kinds) == 13
    check(seen)
