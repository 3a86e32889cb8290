"""The stand-in for Airtable as an embedded service."""

from pathlib import Path

import pytest
from pyairtable import Api
from requests.exceptions import HTTPError

from deploy.embedded import Services, ServicesError

pytestmark = pytest.mark.wire


def test_the_stand_in_for_airtable_keeps_records_and_is_steered(tmp_path: Path) -> None:
    """Settings come with a start or while it runs; those that are none are one line of its log."""
    with Services.start(tmp_path, only=("airtable",)) as services:
        environment = services.environment()
        token, url = environment["AIRTABLE_TOKEN"], environment["AIRTABLE_URL"]
        api = Api(token, endpoint_url=url, retry_strategy=None, timeout=(5, 5))
        table = api.table(environment["AIRTABLE_BASE"], "Messages")
        record = table.create({"user_id": "u1"})
        services.restart("airtable", '{"next_faults": ["server_error"]}')
        with pytest.raises(HTTPError, match="500"):
            table.all()
        assert table.all() == [record]
        services.restart("airtable")
        services.reset()
        assert table.all() == []
        services.stop_one("airtable")
        with pytest.raises(ServicesError, match=r"stand-in stopped: the settings cannot be used: .*speed"):
            services.start_one("airtable", '{"speed": 1}')
