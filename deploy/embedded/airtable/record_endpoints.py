"""The paths of records: list, get, create, update, upsert and delete."""

import json
from itertools import count
from typing import Any

from aiohttp import web

from deploy.embedded.airtable.bases import BaseData, Cells, TableData
from deploy.embedded.airtable.errors import iterator_gone, not_there, unprocessable
from deploy.embedded.airtable.lists import ListQuery, chosen, query_of_body, query_of_url, shown
from deploy.embedded.airtable.names import id_of
from deploy.embedded.airtable.service import TableService
from deploy.embedded.airtable.settings import Scope
from deploy.embedded.airtable.writing import (
    ValueRules,
    checked_cells,
    cleared,
    is_the_same,
    merge_keys,
    record_rows,
)

WRITE: Scope = "data.records:write"


class RecordEndpoints:
    """Answers requests for the records of a table."""

    def __init__(self, service: TableService) -> None:
        self._service = service
        self._numbers = count(1)
        self._iterators: dict[str, list[str]] = {}  # the ids of lists that have more pages

    def add_to(self, app: web.Application) -> None:
        """Add the paths to an application."""
        table, record = "/v0/{base}/{table}", "/v0/{base}/{table}/{record}"
        app.router.add_post(f"{table}/listRecords", self.list_by_body)
        app.router.add_get(table, self.list_records)
        app.router.add_post(table, self.create)
        app.router.add_patch(table, self.update)
        app.router.add_put(table, self.update)
        app.router.add_delete(table, self.delete)
        app.router.add_get(record, self.get)
        app.router.add_patch(record, self.update_one)
        app.router.add_put(record, self.update_one)
        app.router.add_delete(record, self.delete_one)

    def _table(self, request: web.Request) -> tuple[BaseData, TableData]:
        return self._service.table(request.match_info["base"], request.match_info["table"])

    def _rules(self, asked: dict[str, Any]) -> ValueRules:
        return ValueRules(self._service.settings.options, asked.get("typecast") is True)

    async def list_records(self, request: web.Request) -> web.Response:
        """A page of a list."""
        return self._list(request, query_of_url(request.query.items()))

    async def list_by_body(self, request: web.Request) -> web.Response:
        """A page of a list whose question is too long for a URL."""
        return self._list(request, query_of_body(await read_object(request)))

    def _list(self, request: web.Request, query: ListQuery) -> web.Response:
        self._service.require("data.records:read")
        _, table = self._table(request)
        name, _, place = query.offset.partition("/")
        if query.offset and (name not in self._iterators or not place.isdecimal()):
            raise iterator_gone()
        ids, start = (self._iterators[name], int(place)) if query.offset else (chosen(table, query), 0)
        end = start + max(1, min(query.page_size, self._service.settings.page_records))
        records = [shown(table, table.records[id_], query) for id_ in ids[start:end] if id_ in table.records]
        body: dict[str, Any] = {"records": records}
        if end < len(ids):
            name = name or id_of("itr", next(self._numbers), self._service.clock())
            self._iterators[name] = ids
            body["offset"] = f"{name}/{end}"
        else:
            self._iterators.pop(name, None)
        return web.json_response(body)

    def forget_iterators(self) -> None:
        """Have no list any more of which pages are left."""
        self._iterators.clear()

    async def get(self, request: web.Request) -> web.Response:
        """One record."""
        self._service.require("data.records:read")
        _, table = self._table(request)
        id_ = request.match_info["record"]
        if id_ not in table.records:
            raise not_there()
        return web.json_response(shown(table, table.records[id_], query_of_url(request.query.items())))

    async def create(self, request: web.Request) -> web.Response:
        """Up to 10 new records, or one."""
        self._service.require(WRITE)
        base, table = self._table(request)
        asked = await read_object(request)
        rows = record_rows(asked)
        rules = self._rules(asked)
        cells = [checked_cells(table, row.get("fields"), rules) for row in rows]
        created = dict(zip(self._new_ids(table, len(cells)), cells, strict=True))
        self._service.edit(base, table, "publicApi", created=created)
        records = [shown(table, table.records[id_], query_of_body(asked)) for id_ in created]
        return web.json_response({"records": records} if "records" in asked else records[0])

    def _new_ids(self, table: TableData, number: int) -> list[str]:
        return [id_of("rec", table.id, table.made + place) for place in range(number)]

    async def update(self, request: web.Request) -> web.Response:
        """Change, or with PUT replace, up to 10 records; with performUpsert those of them that are found."""
        self._service.require(WRITE)
        base, table = self._table(request)
        asked = await read_object(request)
        rules, upsert = self._rules(asked), asked.get("performUpsert")
        changed: dict[str, Cells] = {}
        created: dict[str, Cells] = {}
        ids: list[str] = []  # in the order of the request
        for row in record_rows(asked):
            cells = checked_cells(table, row.get("fields"), rules)
            id_ = row.get("id") or found(table, cells, merge_keys(table, upsert))
            ids.append(id_ or id_of("rec", table.id, table.made + len(created)))
            if id_ is None:
                created[ids[-1]] = cells
                continue
            if id_ not in table.records:
                raise unprocessable("ROW_DOES_NOT_EXIST", f"Record ID {id_} does not exist in this table")
            changed[id_] = cells if request.method == "PATCH" else cleared(table.records[id_].cells) | cells
        self._service.edit(base, table, "publicApi", changed=changed, created=created)
        query = query_of_body(asked)
        body: dict[str, Any] = {"records": [shown(table, table.records[id_], query) for id_ in ids]}
        if upsert:
            body |= {"createdRecords": [*created], "updatedRecords": [*changed]}
        return web.json_response(body)

    async def update_one(self, request: web.Request) -> web.Response:
        """Change, or with PUT replace, one record."""
        self._service.require(WRITE)
        base, table = self._table(request)
        asked, id_ = await read_object(request), request.match_info["record"]
        if id_ not in table.records:
            raise not_there()
        cells = checked_cells(table, asked.get("fields"), self._rules(asked))
        if request.method == "PUT":
            cells = cleared(table.records[id_].cells) | cells
        self._service.edit(base, table, "publicApi", changed={id_: cells})
        return web.json_response(shown(table, table.records[id_], query_of_body(asked)))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete up to 10 records."""
        return web.json_response({"records": self._deleted(request, request.query.getall("records[]", []))})

    async def delete_one(self, request: web.Request) -> web.Response:
        """Delete one record."""
        return web.json_response(self._deleted(request, [request.match_info["record"]])[0])

    def _deleted(self, request: web.Request, ids: Any) -> Any:
        self._service.require(WRITE)
        base, table = self._table(request)
        record_rows({"records": [{"id": id_} for id_ in ids]})
        if any(id_ not in table.records for id_ in ids):
            raise not_there()
        self._service.edit(base, table, "publicApi", destroyed=[*dict.fromkeys(ids)])
        return [{"id": id_, "deleted": True} for id_ in ids]


def found(table: TableData, cells: Cells, names: list[str]) -> str | None:
    """The record that a row of an upsert means; None when there is none, TableError for more than one."""
    if missing := [name for name in names if name not in cells]:
        raise unprocessable("INVALID_REQUEST_UNKNOWN", f"a record lacks {', '.join(missing)} to merge on")
    same = [each.id for each in table.records.values() if is_the_same(each.cells, cells, names)]
    if len(same) > 1:
        raise unprocessable("INVALID_VALUE_FOR_COLUMN", f"{len(same)} records match the fields to merge on")
    return same[0] if same else None


async def read_object(request: web.Request) -> dict[str, Any]:
    """The JSON object of a request; TableError when it is none."""
    try:
        body = json.loads(await request.read())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise unprocessable("INVALID_REQUEST_MISSING_FIELDS", "Could not find a JSON object in the body")
    return body
