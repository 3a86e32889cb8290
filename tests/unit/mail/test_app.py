"""The writer that the settings of `mail` choose."""

import json
import subprocess
import sys

from tests.standins.openai import completed, stand_in
from tests.unit.mail.mails import decision
from tests.unit.source_tree import ROOT
from workers.mail.app import writer
from workers.mail.gpt import GptWriter
from workers.mail.templates import TemplateWriter
from workers.mail.writer import FallbackWriter
from workers.runtime.process.settings import load

GOOD = json.dumps({"subject": "Pasta again?", "body": ["It was good to have you."], "closing": "See you"})


async def test_the_settings_choose_the_writer() -> None:
    """Without a key the templates; with one the model at the given URL, without the client's own retries."""
    assert isinstance(writer(load({})), TemplateWriter)

    async with stand_in(completed(GOOD)) as server:
        chosen = writer(load({"OPENAI_API_KEY": "not-a-key", "OPENAI_BASE_URL": server.url}))
        assert isinstance(chosen, FallbackWriter)
        assert isinstance(chosen.primary, GptWriter)
        async with chosen.primary.client as client:
            assert client.max_retries == 0
            assert (await chosen.write(decision())).writer == "gpt"


def test_a_worker_without_a_key_does_not_import_the_client_of_the_model() -> None:
    """It takes half of a start."""
    code = "import sys, workers.mail.app; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=120).returncode == 0
