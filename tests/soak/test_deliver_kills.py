"""Two hundred mails a minute, and a worker that is killed sixty times."""

from pathlib import Path

import pytest

from deploy.embedded import Services
from tests.soak.deliver_kills import run

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.timeout(3000)]


def test_killed_sixty_times_no_mail_is_accepted_twice_and_none_is_lost(
    services: Services, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The server's own count says so."""
    outcome = run(services, tmp_path, request.config.getoption("--seed") or 42, mails=1_200, kills=60)
    print(outcome)
    assert outcome.kills == 60
    assert outcome.twice == 0
    assert outcome.lost == 0
    assert outcome.sent + outcome.parked == outcome.mails
    assert 0 < outcome.parked <= outcome.kills * outcome.at_once
