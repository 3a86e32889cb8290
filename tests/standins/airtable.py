"""A server that answers as Airtable's list of records does, page by page, to who knows the token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "pat-of-the-test"
CREATED = "2024-02-01T08:00:00.000Z"


@dataclass
class Airtable:
    """One table. `statuses` are what it answers first, before it works; `asked` counts the questions."""

    fields: list[dict[str, Any]]
    page: int = 100
    statuses: list[int] = field(default_factory=list)
    url: str = ""
    asked: int = 0

    async def answer(self, request: web.Request) -> web.Response:
        """One page of records, or an error in the words of Airtable."""
        self.asked += 1
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return refused(401, "AUTHENTICATION_REQUIRED")
        if self.statuses:
            return refused(self.statuses.pop(0), "TOLD_TO_FAIL")
        if request.match_info["table"] != "Messages":
            return refused(404, "TABLE_NOT_FOUND")
        start = int(request.query.get("offset", "itr/0").partition("/")[2])
        records = [
            {"id": f"rec{number:014}", "createdTime": CREATED, "fields": fields}
            for number, fields in enumerate(self.fields)
        ]
        body: dict[str, Any] = {"records": records[start : start + self.page]}
        if start + self.page < len(records):
            body["offset"] = f"itr/{start + self.page}"
        return web.json_response(body)


def refused(status: int, kind: str) -> web.Response:
    """An error; too many questions may be asked again at once."""
    body = {"error": {"type": kind, "message": "told to fail"}}
    return web.json_response(body, status=status, headers={"Retry-After": "0"})


@asynccontextmanager
async def standing_in(*fields: dict[str, Any], page: int = 100) -> AsyncIterator[Airtable]:
    """A stand-in on a free port of this machine, with a record for each of the fields."""
    server = Airtable(list(fields), page)
    app = web.Application()
    app.router.add_get("/v0/{base}/{table}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()
