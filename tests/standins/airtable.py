"""The stand-in for Airtable within a test, with rows in its table of messages."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from deploy.embedded.airtable.server import serving
from deploy.embedded.airtable.service import BASE, TABLE
from deploy.embedded.airtable.settings import TableSettings

TOKEN = "pat-of-the-test"
CREATED = "2024-02-01T08:00:00.000Z"
CREATED_MS = 1_706_774_400_000


@dataclass
class AirtableStandIn:
    """A running stand-in: its address, and a client for its control paths. `ids` are those of the rows."""

    url: str
    client: aiohttp.ClientSession
    ids: list[str] = field(default_factory=list)

    async def control(self, path: str, body: dict[str, Any]) -> Any:
        """Post to a control path; returns the answer."""
        async with self.client.post(f"{self.url}/control/{path}", json=body) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def traffic(self) -> dict[str, Any]:
        """The requests to the base so far, as the stand-in counts them."""
        async with self.client.get(f"{self.url}/control/traffic") as response:
            found: dict[str, Any] = (await response.json()).get(BASE, {"requests": 0})
            return found


@asynccontextmanager
async def stand_in(*rows: dict[str, Any], **settings: Any) -> AsyncIterator[AirtableStandIn]:
    """A stand-in on a free port of this machine, with a record for each of the rows, made at CREATED."""
    start = TableSettings(token=TOKEN, answer_seconds=0, **settings)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            serving(Path(folder), start, clock=lambda: CREATED_MS) as url,
            aiohttp.ClientSession() as client,
        ):
            server = AirtableStandIn(url, client)
            columns = {name: "singleLineText" for row in rows for name in row} or {"status": "singleSelect"}
            await server.control("columns", {"base": BASE, "table": TABLE, "fields": columns})
            server.ids = await server.control("edits", {"base": BASE, "table": TABLE, "create": [*rows]})
            yield server
