"""The job site of a demo that runs: who one can be there, and where it gets what it shows."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from pymongo.database import Database

from schemas.names import full_name
from workers.demo.fleet import DemoLocation
from workers.demo.mail_sink import ReceivedMails
from workers.demo.product import DemoProduct
from workers.demo.sample import SARAH
from workers.demo.site.answers import SeenJob
from workers.demo.site.app import JobSite
from workers.demo.site.fleet_source import FleetSource
from workers.demo.site.running import running_site
from workers.demo.site.source import Visitor
from workers.runtime.process.clock import now_ms
from workers.runtime.process.redis_connection import connect
from workers.serve.read_model import ReadModel
from workers.serve.tracking.tokens import TokenKeys

REDIS_SECONDS = 5.0


@contextmanager
def job_site(
    location: DemoLocation, database: Database[Any], visitors: Sequence[Visitor], mailbox: ReceivedMails
) -> Iterator[None]:
    """Run the product's job site while the block runs; OSError when its port was taken meanwhile."""
    settings = location.settings()
    keys = TokenKeys(settings.token_secrets, settings.token_ms)
    with closing(connect(settings, REDIS_SECONDS)) as redis:
        model = ReadModel(redis, settings)

        def seen(person: str) -> Sequence[SeenJob]:
            profile = model.profile(person)
            return () if profile is None else profile.jobs

        def sign(person: str) -> str:
            return keys.sign(person, now_ms())

        source = FleetSource(
            database, location.feed_url, visitors, sign, seen, now_ms, lambda: mailbox.since(0)
        )
        with running_site(JobSite(source, now_ms, location.feed_url).app(), location.site_port):
            yield


def site_visitors(demo_product: DemoProduct, spared: str) -> list[Visitor]:
    """Whom one can be on the site: the sample person, the spared one, and two of each language."""
    users = {user["_id"]: user for user in demo_product.users}
    others = [user for id, user in users.items() if id not in (SARAH, spared)]
    chosen = [users[SARAH], users[spared]]
    for language in ("ja", "en"):
        chosen += [user for user in others if user.get("language") == language][:2]
    return [Visitor(user["_id"], full_name(user.get("name"), user.get("email"))) for user in chosen]
