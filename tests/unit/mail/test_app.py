"""The writer that the settings of `mail` choose."""

import subprocess
import sys

import pytest
from pydantic import SecretStr

from tests.unit.mail.held import event, held_events
from tests.unit.mail.mails import decision
from tests.unit.mail.test_digest import jobs, live_board
from tests.unit.source_tree import ROOT
from workers.mail.app import calls_of, mail_writer
from workers.mail.held_events import HeldEvents
from workers.runtime.process.redis_connection import connect_async
from workers.runtime.process.settings import load
from workers.writing.tokens import MOCK


async def test_the_settings_choose_the_model() -> None:
    """Without a key none; with one that at the given URL, within limits, without retries of its client."""
    settings = load({"REDIS_URL": "redis://127.0.0.1:9"})
    redis = connect_async(settings, 1.0)
    assert calls_of(settings, redis) is None

    with_key = settings.model_copy(
        update={"openai_api_key": SecretStr("not-a-key"), "openai_base_url": "http://127.0.0.1:9/v1"}
    )
    call = calls_of(with_key, redis)
    assert call is not None
    assert call.limiter is not None  # as all other calls
    async with call.client as client:
        assert (client.max_retries, str(client.base_url)) == (0, "http://127.0.0.1:9/v1/")


def test_a_worker_without_a_key_does_not_import_the_client_of_the_model() -> None:
    """It takes half of a start."""
    code = "import sys, workers.mail.app; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=120).returncode == 0


@pytest.mark.parametrize("campaign", ["job-digest", "event-invite", "details-request"])
async def test_in_mock_mode_every_mail_is_marked(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody takes one for a real one; what a mail is about does not matter."""
    monkeypatch.setattr(HeldEvents, "is_current", lambda self, now: True)
    settings = load({"EMAIL_GENERATION_MOCK_MODE": "true", "REDIS_URL": "redis://127.0.0.1:9"})
    writes = mail_writer(settings, live_board(*jobs()), held_events(event()))

    text = await writes.write(decision(campaign=campaign))
    assert text.subject.startswith(MOCK)
    assert not text.subject.startswith(2 * MOCK)
