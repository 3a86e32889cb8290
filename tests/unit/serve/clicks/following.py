"""The routes of short links and of views, whose writer stands in for Kafka, to see who follows them."""

import json
from typing import Any

from starlette.testclient import TestClient

from schemas.mail import Engagement
from tests.unit.serve.tracking.site import WriterInMemory
from workers.product.mail_links import PATH, LinkedKind, MailLink, link_token, link_tokens
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load
from workers.serve.clicks.endpoints import Clicks, click_reports
from workers.serve.requests import address_limit
from workers.serve.tracking.endpoints import Tracking, proof_of
from workers.serve.web import application

BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Safari/605.1.15"
QUERY = "?a=1&b=%26&u=https://x.example/?c=1#f"
JOB_URL, EVENT_URL = "https://jobs.example/{id}" + QUERY, "https://events.example/{id}"
READER = "8.8.4.4"  # an address of the internet


class Following:
    """The route, and what was written; `gone` are the jobs that are not there."""

    def __init__(self, **environment: str) -> None:
        given = {
            "KAIROS_JOB_URL": JOB_URL,
            "KAIROS_EVENT_URL": EVENT_URL,
            "KAIROS_JOB_VIEWS_PER_MINUTE": "1000000",
        }
        self.settings = load(given | environment)
        self.writer = WriterInMemory(self.settings)
        self.reports = click_reports(self.settings, self.writer)
        self.visits = 0
        self.gone: set[str] = set()
        proof, addresses = proof_of(self.settings), address_limit(self.settings)
        routes = [
            *Clicks(self.settings, self.reports, lambda job_id: job_id in self.gone).routes(),
            *Tracking(self.settings, proof, self.writer, addresses, saw=self.reports.viewed).routes(),
        ]
        self.app = application(self.settings, routes, (self.writer.keep_connected,))
        self.client = self.client_at(READER)

    def client_at(self, address: str) -> TestClient:
        """Somebody with a browser at an address."""
        client = TestClient(self.app, follow_redirects=False, client=(address, 50_000))
        client.headers["user-agent"] = BROWSER
        return client

    def path(
        self, kind: LinkedKind = "job", item: str = "job_001", decision: str = "mia:1", at: int | None = None
    ) -> str:
        """The path of a link in a mail to mia, decided a minute ago."""
        link = MailLink(decision.partition(":")[0], decision, kind, item)
        return PATH + link_token(link_tokens(self.settings), link, now_ms() - 60_000 if at is None else at)

    def told(self) -> list[Engagement]:
        """What was reported."""
        return [
            Engagement.loads(each.value or b"") for each in self.writer.records if each.topic == "engagements"
        ]

    def see(self, person: str, job_id: str, seconds: float, **more: Any) -> None:
        """The job site tells that somebody saw the page of a job."""
        self.visits += 1
        view = {"id": f"v{self.visits}", "person": person, "job_id": job_id, "seconds": seconds} | more
        assert self.client.post("/jobs/api/track-view/", content=json.dumps(view)).status_code == 202

    def clicks(self) -> list[dict[str, Any]]:
        """What was said of the requests, without what is as ever."""
        return [each.click.model_dump(exclude_defaults=True) for each in self.told() if each.click]
