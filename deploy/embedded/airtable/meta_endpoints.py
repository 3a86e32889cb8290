"""The paths of bases and their tables."""

from typing import Any

from aiohttp import web

from deploy.embedded.airtable.bases import TableData
from deploy.embedded.airtable.errors import unprocessable
from deploy.embedded.airtable.names import id_of
from deploy.embedded.airtable.record_endpoints import read_object
from deploy.embedded.airtable.service import TableService


class MetaEndpoints:
    """Answers requests for the schemas of bases."""

    def __init__(self, service: TableService) -> None:
        self._service = service

    def add_to(self, app: web.Application) -> None:
        """Add the paths to an application."""
        app.router.add_get("/v0/meta/bases", self.bases)
        app.router.add_get("/v0/meta/bases/{base}/tables", self.tables)
        app.router.add_post("/v0/meta/bases/{base}/tables", self.create_table)

    async def bases(self, _request: web.Request) -> web.Response:
        """All bases."""
        self._service.require("schema.bases:read")
        names = [{"id": id_, "name": id_, "permissionLevel": "create"} for id_ in self._service.bases.by_id]
        return web.json_response({"bases": names})

    async def tables(self, request: web.Request) -> web.Response:
        """All tables of a base, with their fields."""
        self._service.require("schema.bases:read")
        base = self._service.base(request.match_info["base"])
        return web.json_response({"tables": [table_schema(table) for table in base.tables.values()]})

    async def create_table(self, request: web.Request) -> web.Response:
        """A new table of a base; a base that is not there yet begins with its first table."""
        self._service.require("schema.bases:read")
        asked, base = await read_object(request), request.match_info["base"]
        try:
            fields = {str(field["name"]): str(field["type"]) for field in asked["fields"]}
            name = str(asked["name"])
        except (KeyError, TypeError):
            raise unprocessable("INVALID_REQUEST_UNKNOWN", "a table has a name and fields") from None
        known = self._service.bases.by_id.get(base)
        if known is not None and known.table(name):
            raise unprocessable("DUPLICATE_TABLE_NAME", f"Table name {name} is already used")
        self._service.commit({"kind": "table", "base": base, "name": name, "fields": fields})
        table = self._service.table(base, name)[1]
        return web.json_response(table_schema(table))


def table_schema(table: TableData) -> dict[str, Any]:
    """A table as an answer has it."""
    fields = [{"id": table.field_id(name), "name": name, "type": kind} for name, kind in table.types.items()]
    view = {"id": id_of("viw", table.id), "name": "Grid view", "type": "grid"}
    primary = fields[0]["id"] if fields else ""
    return {"id": table.id, "name": table.name, "primaryFieldId": primary, "fields": fields, "views": [view]}
