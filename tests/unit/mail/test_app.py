"""The writer that the settings of `mail` choose."""

import json
import subprocess
import sys

from tests.standins.openai import completed, stand_in
from tests.unit.mail.mails import decision
from tests.unit.source_tree import ROOT
from workers.mail.app import calls_of, writer
from workers.mail.gpt import GptWriter
from workers.mail.templates import TemplateWriter
from workers.mail.writer import FallbackWriter, Writer
from workers.runtime.process.redis_connection import connect_async
from workers.runtime.process.settings import load

GOOD = json.dumps({"subject": "Pasta again?", "body": ["It was good to have you."], "closing": "See you"})


def chosen_writer(environment: dict[str, str]) -> Writer:
    """The writer of mails without sections, for some settings; Redis is not there."""
    settings = load(environment | {"REDIS_URL": "redis://127.0.0.1:9"})
    return writer(settings, calls_of(settings, connect_async(settings, 1.0)))


async def test_the_settings_choose_the_writer() -> None:
    """Without a key the templates; with one the model at the given URL, without the client's own retries."""
    assert isinstance(chosen_writer({}), TemplateWriter)

    async with stand_in(completed(GOOD)) as server:
        chosen = chosen_writer({"OPENAI_API_KEY": "not-a-key", "OPENAI_BASE_URL": server.url})
        assert isinstance(chosen, FallbackWriter)
        assert isinstance(chosen.primary, GptWriter)
        assert chosen.primary.call.limiter is not None  # as all other calls
        async with chosen.primary.call.client as client:
            assert client.max_retries == 0
            assert (await chosen.write(decision())).writer == "gpt"


def test_a_worker_without_a_key_does_not_import_the_client_of_the_model() -> None:
    """It takes half of a start."""
    code = "import sys, workers.mail.app; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=120).returncode == 0
