"""The stand-in for Airtable, asked by pyairtable."""

from pathlib import Path
from typing import Any

import pytest
from pyairtable import Api
from requests.exceptions import ConnectionError as CutError
from requests.exceptions import HTTPError, ReadTimeout

from deploy.embedded.airtable.service import BASE, TABLE
from deploy.embedded.airtable.settings import TableSettings
from deploy.embedded.stand_in_process import with_changes
from tests.standins.threaded_airtable import running

DAY = 86_400_000
SPEC = {"options": {"filters": {"dataTypes": ["tableData"]}}}


def error_of(error: pytest.ExceptionInfo[HTTPError]) -> tuple[int, Any]:
    """The status and the body of an error."""
    assert error.value.response is not None
    return error.value.response.status_code, error.value.response.json()


def test_records_are_created_changed_merged_and_deleted(tmp_path: Path) -> None:
    """By the calls of pyairtable, ten at a time; what is empty is not in an answer."""
    with running(tmp_path) as airtable:
        made = airtable.messages.batch_create([{"user_id": f"u{i}", "status": "sent"} for i in range(25)])
        one = made[3]["id"]
        airtable.messages.update(one, {"status": None, "content": "Hello"})
        merged = airtable.messages.batch_upsert(
            [{"fields": {"user_id": "u4", "status": "failed"}}, {"fields": {"user_id": "new"}}], ["user_id"]
        )
        airtable.messages.batch_delete([record["id"] for record in made[10:]])
        left = {record["id"]: record["fields"] for record in airtable.messages.all(page_size=4)}
        airtable.messages.update(one, {"content": "only"}, replace=True)

        assert left[one] == {"user_id": "u3", "content": "Hello"}
        assert (merged["updatedRecords"], len(merged["createdRecords"])) == ([made[4]["id"]], 1)
        assert left[made[4]["id"]]["status"] == "failed"
        assert [*left] == [*(record["id"] for record in made[:10]), *merged["createdRecords"]]
        assert airtable.messages.get(one)["fields"] == {"content": "only"}


def test_lists_have_fields_an_order_and_pages(tmp_path: Path) -> None:
    """A question that is too long for a URL is posted; a page that is asked for too late is refused."""
    with running(tmp_path) as airtable:
        ids = airtable.edit(create=[{"user_id": f"u{i % 5}", "content": str(i)} for i in range(30)])
        chosen = "OR(" + ",".join(f"RECORD_ID()='{id_}'" for id_ in ids * 30) + ")"
        records = airtable.messages.all(formula=chosen, fields=["user_id"], sort=["-user_id"], page_size=7)
        pages = airtable.messages.iterate(page_size=10)
        next(pages)
        airtable.control("expire", {})

        assert [record["fields"] for record in records[:7]] == [{"user_id": "u4"}] * 6 + [{"user_id": "u3"}]
        assert len(records) == 30
        with pytest.raises(HTTPError, match="LIST_RECORDS_ITERATOR_NOT_AVAILABLE"):
            next(pages)
        by_id = airtable.messages.first(use_field_ids=True)
        schema = airtable.messages.schema()
        assert {schema.field(id_).name for id_ in by_id["fields"]} == {"user_id", "content"}


@pytest.mark.parametrize(
    ("call", "status", "kind"),
    [
        (lambda table: table.create({"nobody": 1}), 422, "UNKNOWN_FIELD_NAME"),
        (lambda table: table.all(fields=["nobody"]), 422, "UNKNOWN_FIELD_NAME"),
        (lambda table: table.all(formula="("), 422, "INVALID_FILTER_BY_FORMULA"),
        (lambda table: table.batch_upsert([{"fields": {"user_id": "u"}}], ["user_id"]), 422, "INVALID_VALUE"),
        (lambda table: table.batch_upsert([{"fields": {"user_id": "n"}}], []), 422, "fieldsToMergeOn"),
        (lambda table: table.batch_upsert([{"fields": {"status": "sent"}}], ["status"] * 4), 422, "1 to 3"),
        (lambda table: table.create({"user_id": 7}), 422, "INVALID_VALUE_FOR_COLUMN"),
        (lambda table: table.create({"sent_date": "soon"}), 422, "INVALID_VALUE_FOR_COLUMN"),
        (lambda table: table.create({"status": "lost"}), 422, "INVALID_MULTIPLE_CHOICE_OPTIONS"),
        (lambda table: table.update("rec0", {}), 404, "NOT_FOUND"),
        (lambda table: table.api.table(BASE, "Nobody").all(), 403, "INVALID_PERMISSIONS"),
        (lambda table: table.api.table("app0", TABLE).all(), 403, "INVALID_PERMISSIONS"),
    ],
)
def test_what_cannot_be_done_is_refused_as_airtable_does(
    tmp_path: Path, call: Any, status: int, kind: str
) -> None:
    """With status and type."""
    with running(tmp_path, options={"status": ("queued", "sent")}) as airtable:
        airtable.edit(create=[{"user_id": "u"}, {"user_id": "u"}])
        with pytest.raises(HTTPError) as error:
            call(airtable.messages)

        assert error_of(error)[0] == status
        assert kind in str(error_of(error)[1])


def test_one_refused_record_refuses_its_whole_request_and_typecast_adds_an_option(tmp_path: Path) -> None:
    """Of ten that are merged none is written, unless values may be cast."""
    with running(tmp_path, options={"status": ("sent",)}) as airtable:
        rows: list[Any] = [{"fields": {"user_id": f"u{i}", "status": "sent"}} for i in range(9)]
        rows.append({"fields": {"user_id": "u9", "status": "lost"}})
        with pytest.raises(HTTPError, match="INVALID_MULTIPLE_CHOICE_OPTIONS"):
            airtable.messages.batch_upsert(rows, ["user_id"])
        assert airtable.messages.all() == []
        airtable.messages.batch_upsert(rows, ["user_id"], typecast=True)
        assert len(airtable.messages.all()) == 10


def test_a_webhook_tells_changes_from_its_creation_on(tmp_path: Path) -> None:
    """Page by page, with the ids of tables, records and fields; a cursor gives the same again."""
    with running(tmp_path, page_payloads=2) as airtable:
        base = airtable.api.base(BASE)
        airtable.edit(create=[{"user_id": "before"}])
        created = base.add_webhook(None, SPEC)  # type: ignore[arg-type]
        (id_,) = airtable.edit(create=[{"user_id": "u1"}])
        airtable.edit(update={id_: {"status": "sent"}})
        airtable.edit(delete=[id_])
        (webhook,) = base.webhooks()
        payloads = list(webhook.payloads())
        changes = [payload.changed_tables_by_id[airtable.messages.id] for payload in payloads]

        assert (webhook.id, webhook.cursor_for_next_payload) == (created.id, 4)
        assert [payload.cursor for payload in payloads] == [1, 2, 3]
        assert [*changes[0].created_records_by_id] == [*changes[1].changed_records_by_id] == [id_]
        assert changes[2].destroyed_record_ids == [id_]
        assert [payload.cursor for payload in webhook.payloads(cursor=3)] == [3]
        webhook.delete()
        assert base.webhooks() == []


@pytest.mark.parametrize("expired", ["disabled", "gone"])
def test_a_webhook_ends_after_seven_days_unless_it_is_used(tmp_path: Path, expired: str) -> None:
    """Refreshing it and listing its payloads make it live longer; afterwards it hears of nothing."""
    with running(tmp_path, expired=expired) as airtable:
        base = airtable.api.base(BASE)
        base.add_webhook(None, SPEC)  # type: ignore[arg-type]
        (webhook,) = base.webhooks()
        airtable.now += 6 * DAY
        webhook.extend_expiration()
        airtable.now += 6 * DAY
        assert list(webhook.payloads()) == []
        airtable.now += 6 * DAY
        assert base.webhooks()[0].is_hook_enabled
        airtable.now += DAY
        airtable.edit(create=[{"user_id": "unheard"}])

        if expired == "gone":
            assert base.webhooks() == []
        else:
            assert not base.webhooks()[0].is_hook_enabled
            assert list(webhook.payloads()) == []
        with pytest.raises(HTTPError, match="422" if expired == "disabled" else "404"):
            webhook.extend_expiration()


def test_more_than_the_limit_closes_the_base_for_a_while(tmp_path: Path) -> None:
    """The sixth request within a second is refused, and so is every other until the penalty is over."""
    with running(tmp_path, requests_per_second=5, penalty_seconds=1.5) as airtable:
        statuses: list[Any] = []
        for _ in range(7):
            try:
                airtable.messages.all()
                statuses.append(200)
            except HTTPError as error:
                statuses.append(getattr(error.response, "status_code", None))
        traffic = airtable.control("traffic")[BASE]

        assert statuses == [200] * 5 + [429] * 2
        assert (traffic["requests"], traffic["heaviest_requests"]) == (7, 7)


def test_faults_happen_as_they_are_set(tmp_path: Path) -> None:
    """A request whose connection is cut is done all the same; settings that are none are refused."""
    faults = ["server_error", "bad_gateway", "unavailable", "reset", "timeout"]
    with running(tmp_path, next_faults=faults, hang_seconds=3) as airtable:
        for status in ("500", "502", "503"):
            with pytest.raises(HTTPError, match=status):
                airtable.messages.all()
        with pytest.raises(CutError):
            airtable.messages.create({"user_id": "u1"})
        with pytest.raises(ReadTimeout):
            airtable.messages.all()

        assert [record["fields"] for record in airtable.messages.all()] == [{"user_id": "u1"}]
    for body in (b"[]", b'{"speed": 1}', b'{"faults": {"reset": 0.6, "timeout": 0.6}}'):
        with pytest.raises(ValueError, match=r"object|speed|more than 1"):
            with_changes(TableSettings(), body)


def test_the_data_are_there_after_a_restart(tmp_path: Path) -> None:
    """Records, columns and webhooks come again from the journal; a reset forgets them."""
    with running(tmp_path) as airtable:
        (id_,) = airtable.edit(create=[{"user_id": "u1", "status": "sent"}])
        fields = {"User": "singleLineText", "status": "singleSelect"}
        columns = {"base": BASE, "table": TABLE, "fields": fields, "renamed": {"user_id": "User"}}
        airtable.control("columns", columns)
        airtable.api.base(BASE).add_webhook(None, SPEC)  # type: ignore[arg-type]
    with running(tmp_path) as airtable:
        assert airtable.messages.get(id_)["fields"] == {"User": "u1", "status": "sent"}
        assert len(airtable.api.base(BASE).webhooks()) == 1
        airtable.control("reset", {})
        assert airtable.messages.all() == []
    with running(tmp_path) as airtable:
        assert airtable.messages.all() == []


def test_a_token_lacks_what_it_has_no_scope_for(tmp_path: Path) -> None:
    """And a request without a token, or with a wrong one, is refused."""
    with running(tmp_path, scopes=["data.records:read"], token="a-token") as airtable:
        assert airtable.messages.all() == []
        for call in (airtable.api.base(BASE).webhooks, airtable.messages.schema):
            with pytest.raises(HTTPError, match="403"):
                call()
        with pytest.raises(HTTPError, match="401"):
            Api("wrong", endpoint_url=airtable.url, retry_strategy=None).table(BASE, TABLE).all()
