"""A product on the embedded MongoDB, whose commands a test can let fail for capture alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.embedded import Services
from tests.integration.capturing import Product, product

PROGRAM = "kairos-capture"
LIMIT = 16 * 1024 * 1024  # bytes of a document


@contextmanager
def failing_product(services: Services, folder: Path) -> Iterator[Product]:
    """A product; the server is as it was afterwards."""
    with product(services, folder) as shop:
        try:
            yield shop
        finally:
            fail(shop, mode="off")
            limit_events(shop, LIMIT, splits=False)


def fail(shop: Product, *commands: str, mode: Any = "alwaysOn", **data: Any) -> None:
    """Let commands of capture fail, as MongoDB's own fail point does."""
    data = {"failCommands": [*commands], "appName": PROGRAM, **data}
    shop.db.client.admin.command("configureFailPoint", "failCommand", mode=mode, data=data)


def limit_events(shop: Product, size: int, *, splits: bool) -> None:
    """Let the events of streams have so many bytes, on a server that can split them or not."""
    shop.db.client.admin.command("limitEvents", size, splits=splits)


def keys(shop: Product) -> set[str]:
    """The users in the topic."""
    return set(shop.latest("users"))


def streams(shop: Product, epoch: int = 1) -> bool:
    """Whether the snapshot of an epoch is over."""
    return any(each.epoch == epoch and each.snapshot_done for each in shop.positions())
