"""The paths of files and batches."""

from typing import Annotated, Any, Literal

from aiohttp import web
from msgspec import Meta, Struct, to_builtins

from deploy.embedded.openai.batch_lines import MOST_BYTES
from deploy.embedded.openai.batches import OVER, BatchRunner
from deploy.embedded.openai.bodies import Json
from deploy.embedded.openai.errors import ApiError, invalid
from deploy.embedded.openai.requests import read, read_json
from deploy.embedded.openai.service import ApiService
from deploy.embedded.openai.store import page

Life = Annotated[int, Meta(ge=3_600, le=2_592_000)]  # seconds that a file is kept
MOST_LISTED = 100


class FileExpiry(Struct, forbid_unknown_fields=True):
    """How long a file is kept."""

    anchor: Literal["created_at"]
    seconds: Life


class BatchRequest(Struct, forbid_unknown_fields=True):
    """What is asked for as a batch."""

    input_file_id: str
    endpoint: Literal["/v1/responses", "/v1/embeddings"]
    completion_window: Literal["24h"]
    metadata: Annotated[dict[str, str], Meta(max_length=16)] | None = None
    output_expires_after: FileExpiry | None = None


class BatchEndpoints:
    """Files, and batches of the requests in them."""

    def __init__(self, service: ApiService, runner: BatchRunner) -> None:
        self._service, self._runner = service, runner

    def add_to(self, app: web.Application) -> None:
        """Add the paths to an application."""
        app.router.add_post("/v1/files", self.upload)
        app.router.add_get("/v1/files", self.list_files)
        app.router.add_get("/v1/files/{id}", self.file)
        app.router.add_get("/v1/files/{id}/content", self.content)
        app.router.add_delete("/v1/files/{id}", self.delete)
        app.router.add_post("/v1/batches", self.create)
        app.router.add_get("/v1/batches", self.list_batches)
        app.router.add_get("/v1/batches/{id}", self.batch)
        app.router.add_post("/v1/batches/{id}/cancel", self.cancel)

    async def upload(self, request: web.Request) -> web.Response:
        """Keep a file."""
        form = await request.post()
        file, purpose = form.get("file"), form.get("purpose")
        if not isinstance(file, web.FileField):
            raise invalid("Missing required parameter: 'file'.", "file", "missing_required_parameter")
        if purpose != "batch":
            message = "Invalid 'purpose': the stand-in takes 'batch' only."
            raise invalid(message, "purpose", "invalid_value")
        content = file.file.read()
        if len(content) > MOST_BYTES:
            raise ApiError(413, "The file is larger than 200 MB.", param="file")
        life = expiry_of(form.get("expires_after[anchor]"), form.get("expires_after[seconds]"))
        return web.json_response(
            self._service.store.add_file(content, file.filename, purpose, self._service.clock(), life)
        )

    async def list_files(self, request: web.Request) -> web.Response:
        """A page of the files."""
        return listed(request, self._service.store.files)

    async def file(self, request: web.Request) -> web.Response:
        """What is known of a file."""
        return web.json_response(self._file(request))

    async def content(self, request: web.Request) -> web.Response:
        """The content of a file."""
        content = self._service.store.content(self._file(request)["id"])
        return web.Response(body=content, content_type="application/octet-stream")

    async def delete(self, request: web.Request) -> web.Response:
        """Forget a file."""
        name = self._file(request)["id"]
        self._service.store.delete_file(name)
        return web.json_response({"id": name, "object": "file", "deleted": True})

    async def create(self, request: web.Request) -> web.Response:
        """Begin a batch."""
        asked = read(read_json(await request.read()), BatchRequest)
        store, at = self._service.store, self._service.clock()
        if store.file(asked.input_file_id, at)["purpose"] != "batch":
            raise invalid("The purpose of the input file must be 'batch'.", "input_file_id", "invalid_value")
        batch: Json = {
            "id": f"batch_{store.next_number()}",
            "object": "batch",
            "endpoint": asked.endpoint,
            "input_file_id": asked.input_file_id,
            "completion_window": asked.completion_window,
            "status": "validating",
            "created_at": at,
            "expires_at": at + int(self._service.settings.batch_life_seconds),
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
            "metadata": asked.metadata or {},
        }
        if asked.output_expires_after is not None:
            batch["output_expires_after"] = to_builtins(asked.output_expires_after)
        store.save_batch(batch)
        self._runner.start(batch)
        return web.json_response(batch)

    async def list_batches(self, request: web.Request) -> web.Response:
        """A page of the batches."""
        return listed(request, self._service.store.batches)

    async def batch(self, request: web.Request) -> web.Response:
        """A batch as it is now."""
        return web.json_response(self._service.store.batch(request.match_info["id"]))

    async def cancel(self, request: web.Request) -> web.Response:
        """Let a batch end early."""
        batch = self._service.store.batch(request.match_info["id"])
        if batch["status"] in OVER:
            raise ApiError(409, f"Cannot cancel a batch with status '{batch['status']}'.")
        if batch["status"] != "cancelling":
            self._runner.cancel(batch)
        return web.json_response(batch)

    def _file(self, request: web.Request) -> Json:
        return self._service.store.file(request.match_info["id"], self._service.clock())


def expiry_of(anchor: Any, seconds: Any) -> int | None:
    """The seconds that an uploaded file is kept; None: for good. Raises ApiError."""
    if anchor is None and seconds is None:
        return None
    number = int(seconds) if isinstance(seconds, str) and seconds.isdecimal() else seconds
    return read({"anchor": anchor, "seconds": number}, FileExpiry).seconds


def listed(request: web.Request, things: dict[str, Json]) -> web.Response:
    """The page of a list that a request asks for."""
    limit = request.query.get("limit", "20")
    if not limit.isdecimal() or not 1 <= int(limit) <= MOST_LISTED:
        raise invalid(f"'limit' is 1 to {MOST_LISTED}.", "limit", "invalid_value")
    return web.json_response(page(things, request.query.get("after"), int(limit)))
