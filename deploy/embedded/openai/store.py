"""The files and batches of the API, kept in a folder over a restart."""

import json
from pathlib import Path
from typing import Any

from deploy.embedded.openai.bodies import Json
from deploy.embedded.openai.errors import not_found

FIRST_ID = 1


class Store:
    """Files with their content, and batches; both as the API tells of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files = self._read("files")
        self.batches = self._read("batches")
        known = [int(name.rpartition("-")[2].rpartition("_")[2]) for name in (*self.files, *self.batches)]
        self._last = max(known, default=FIRST_ID - 1)

    def _read(self, kind: str) -> dict[str, Json]:
        folder = self._folder / kind
        folder.mkdir(parents=True, exist_ok=True)
        found: list[Json] = [json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")]
        return {each["id"]: each for each in sorted(found, key=lambda each: (each["created_at"], each["id"]))}

    def _write(self, kind: str, each: Json) -> None:
        path = self._folder / kind / f"{each['id']}.json"
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps(each), "utf-8")
        partial.replace(path)

    def next_number(self) -> str:
        """A number for an id that no file and no batch has had."""
        self._last += 1
        return f"{self._last:012d}"

    def add_file(self, content: bytes, name: str, purpose: str, at: int, life: int | None = None) -> Json:
        """Keep a file; `at` is in epoch seconds, `life` how many seconds it stays (None: for good)."""
        file: Json = {
            "id": f"file-{self.next_number()}",
            "object": "file",
            "bytes": len(content),
            "created_at": at,
            "filename": name,
            "purpose": purpose,
            "status": "processed",
        }
        if life is not None:
            file["expires_at"] = at + life
        self._content(file["id"]).write_bytes(content)
        self._write("files", file)
        self.files[file["id"]] = file
        return file

    def file(self, name: str, at: int) -> Json:
        """A file by its id; raises ApiError when there is none, or it has expired."""
        file = self.files.get(name)
        if file is None or file.get("expires_at", at + 1) <= at:
            raise not_found(f"No such File object: {name}", "id")
        return file

    def content(self, name: str) -> bytes:
        """The content of a file that is there."""
        return self._content(name).read_bytes()

    def delete_file(self, name: str) -> None:
        """Forget a file that is there."""
        del self.files[name]
        self._content(name).unlink()
        (self._folder / "files" / f"{name}.json").unlink()

    def save_batch(self, batch: Json) -> None:
        """Keep a batch as it is now."""
        self.batches[batch["id"]] = batch
        self._write("batches", batch)

    def batch(self, name: str) -> Json:
        """A batch by its id; raises ApiError when there is none."""
        batch = self.batches.get(name)
        if batch is None:
            raise not_found(f"No batch found with id '{name}'.", "batch_id")
        return batch

    def clear(self) -> None:
        """Forget all files and batches."""
        for name in list(self.files):
            self.delete_file(name)
        for name in list(self.batches):
            del self.batches[name]
            (self._folder / "batches" / f"{name}.json").unlink()

    def _content(self, name: str) -> Path:
        return self._folder / "files" / f"{name}.content"


def page(things: dict[str, Json], after: str | None, limit: int) -> dict[str, Any]:
    """A page of a list, the newest first; `after` is the last id of the page before."""
    newest = sorted(things.values(), key=lambda each: (each["created_at"], each["id"]), reverse=True)
    names = [each["id"] for each in newest]
    start = names.index(after) + 1 if after in names else 0
    data = newest[start : start + limit]
    return {
        "object": "list",
        "data": data,
        "first_id": data[0]["id"] if data else "",
        "last_id": data[-1]["id"] if data else "",
        "has_more": start + limit < len(newest),
    }
