"""The paths by which tests and people steer the stand-in; no token is needed, and no limit counts them."""

import json
import time

from aiohttp import web
from msgspec import to_builtins

from deploy.embedded.airtable.errors import unprocessable
from deploy.embedded.airtable.names import id_of
from deploy.embedded.airtable.record_endpoints import RecordEndpoints, read_object
from deploy.embedded.airtable.service import SECOND, RequestLimit, TableService


class TableControl:
    """Settings, what came so far, what people do in Airtable's own pages, and a new beginning."""

    def __init__(self, service: TableService, records: RecordEndpoints) -> None:
        self._service, self._records = service, records

    def add_to(self, app: web.Application) -> None:
        """Add the paths to an application."""
        app.router.add_get("/control/settings", self.settings)
        app.router.add_post("/control/settings", self.change)
        app.router.add_get("/control/traffic", self.traffic)
        app.router.add_post("/control/edits", self.edits)
        app.router.add_post("/control/columns", self.columns)
        app.router.add_post("/control/expire", self.expire)
        app.router.add_post("/control/close", self.close)
        app.router.add_get("/control/table", self.table)
        app.router.add_post("/control/reset", self.reset)

    async def settings(self, _request: web.Request) -> web.Response:
        """The settings as they are."""
        return web.json_response(to_builtins(self._service.settings))

    async def change(self, request: web.Request) -> web.Response:
        """Change some of the settings; returns all of them."""
        try:
            return web.json_response(to_builtins(self._service.change(await request.read())))
        except ValueError as error:
            raise unprocessable("INVALID_SETTINGS", str(error)) from None

    async def traffic(self, _request: web.Request) -> web.Response:
        """The requests to each base since the start or the last reset, and the most in any second."""
        return web.json_response({id_: each.summary(SECOND) for id_, each in self._service.traffic.items()})

    async def edits(self, request: web.Request) -> web.Response:
        """What somebody does in Airtable: `create` (cells), `update` (by id) and `delete` records of a table.

        Computed fields may be set, too. Returns the ids of the new records.
        """
        asked = await read_object(request)
        base, table = self._service.table(asked["base"], asked["table"])
        new = asked.get("create", [])
        created = {id_of("rec", table.id, table.made + place): cells for place, cells in enumerate(new)}
        changed = {id_: cells for id_, cells in asked.get("update", {}).items() if id_ in table.records}
        destroyed = [id_ for id_ in asked.get("delete", []) if id_ in table.records]
        self._service.edit(base, table, "client", created=created, changed=changed, destroyed=destroyed)
        return web.json_response([*created])

    async def columns(self, request: web.Request) -> web.Response:
        """Set all fields of a table; `renamed` has the new names by the old ones."""
        asked = await read_object(request)
        base, table = self._service.table(asked["base"], asked["table"])
        entry = {"kind": "columns", "base": base.id, "table": table.id, "fields": asked["fields"]}
        self._service.commit({**entry, "renamed": asked.get("renamed", {})})
        return web.json_response({})

    async def expire(self, _request: web.Request) -> web.Response:
        """Let every webhook expire now, and every list that has more pages."""
        now = self._service.clock()
        for base in self._service.bases.by_id.values():
            for webhook in base.webhooks.values():
                entry = {"kind": "refresh", "base": base.id, "id": webhook.id, "expires": now}
                self._service.commit(entry)
        self._records.forget_iterators()
        return web.json_response({})

    async def close(self, request: web.Request) -> web.Response:
        """Refuse all requests to all bases, as after too many, for so many `seconds`."""
        seconds = float((await read_object(request))["seconds"])
        for id_ in self._service.bases.by_id:
            limit = self._service.limits.setdefault(id_, RequestLimit())
            limit.close(time.monotonic() + seconds)
        return web.json_response({})

    async def table(self, request: web.Request) -> web.Response:
        """All records of a table, by id, with their cells."""
        _, table = self._service.table(request.query["base"], request.query["table"])
        cells = {record.id: record.cells for record in table.records.values()}
        return web.Response(text=json.dumps(cells), content_type="application/json")

    async def reset(self, _request: web.Request) -> web.Response:
        """Have the settings, the base and the empty table of the start."""
        self._service.reset()
        self._records.forget_iterators()
        return web.json_response({})
