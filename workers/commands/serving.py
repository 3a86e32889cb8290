"""The worker `serve` as it is started: with the batch of `people`, which no other worker may import."""

import threading
from typing import Any

from workers.people.batch.enrich import judged_users
from workers.people.policy import load_policy
from workers.runtime.process.settings import Settings
from workers.serve import app
from workers.serve.programs.models import EnrichRequest


def run(settings: Settings, stop: threading.Event) -> None:
    """Serve until `stop` is set; raises as `app.run` does, and PolicyError."""
    policy = load_policy(settings.kairos_policy)

    def enrich(asked: EnrichRequest) -> list[dict[str, Any]]:
        documents = (asked.users, asked.orders, asked.events, asked.messages)
        return judged_users(documents, asked.as_of, policy)

    app.run(settings, stop, enrich=enrich)
