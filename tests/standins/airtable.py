"""A stand-in for Airtable's list of records: it answers page by page, to requests with the token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "pat-of-the-test"
CREATED = "2024-02-01T08:00:00.000Z"


@dataclass
class Airtable:
    """One table; its first answers have the `statuses`, all others are good. `requests` counts them all."""

    fields: list[dict[str, Any]]
    page: int = 100
    statuses: list[int] = field(default_factory=list)
    url: str = ""
    requests: int = 0

    async def answer(self, request: web.Request) -> web.Response:
        """One page of records, or an error in Airtable's format."""
        self.requests += 1
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return error_response(401, "AUTHENTICATION_REQUIRED")
        if self.statuses:
            return error_response(self.statuses.pop(0), "TOLD_TO_FAIL")
        if request.match_info["table"] != "Messages":
            return error_response(404, "TABLE_NOT_FOUND")
        start = int(request.query.get("offset", "itr/0").partition("/")[2])
        records = [
            {"id": f"rec{number:014}", "createdTime": CREATED, "fields": fields}
            for number, fields in enumerate(self.fields)
        ]
        body: dict[str, Any] = {"records": records[start : start + self.page]}
        if start + self.page < len(records):
            body["offset"] = f"itr/{start + self.page}"
        return web.json_response(body)


def error_response(status: int, type_: str) -> web.Response:
    """An error; after `too many requests` a client may retry at once."""
    body = {"error": {"type": type_, "message": "told to fail"}}
    return web.json_response(body, status=status, headers={"Retry-After": "0"})


@asynccontextmanager
async def stand_in(*fields: dict[str, Any], page: int = 100) -> AsyncIterator[Airtable]:
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
