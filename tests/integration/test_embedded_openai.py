"""The stand-in for OpenAI as an embedded service."""

from pathlib import Path

import pytest
from openai import InternalServerError, OpenAI

from deploy.embedded import Services, ServicesError

pytestmark = pytest.mark.wire


def test_the_stand_in_for_openai_keeps_files_and_is_steered(tmp_path: Path) -> None:
    """Settings come with a start or while it runs; those that are none are one line of its log."""
    with Services.start(tmp_path, only=("openai",)) as services:
        environment = services.environment()
        with OpenAI(
            api_key=environment["OPENAI_API_KEY"], base_url=environment["OPENAI_BASE_URL"], max_retries=0
        ) as client:
            file = client.files.create(file=("in.jsonl", b"{}"), purpose="batch")
            services.restart("openai", '{"next_faults": ["server_error"]}', '{"base_seconds": 0}')
            assert client.files.content(file.id).read() == b"{}"
            with pytest.raises(InternalServerError):
                client.responses.create(model="gpt-5-nano", input="Hello")
            assert client.responses.create(model="gpt-5-nano", input="Hello").output_text
            services.reset()
            assert list(client.files.list()) == []
        services.stop_one("openai")
        with pytest.raises(ServicesError, match=r"stand-in stopped: the settings cannot be used: .*speed"):
            services.start_one("openai", '{"speed": 1}')
