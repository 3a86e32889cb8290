"""The worker `mail` while every call of its model fails in one way after the other."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import httpx

from deploy.embedded.openai.server import serving
from deploy.embedded.openai.settings import ApiSettings, FaultKind
from schemas.mail import Email, Engagement
from tests.integration.processes import until
from tests.integration.wire import RUN_PARTITIONS, Addressed, Wire
from tests.integration.workers import workers
from tests.soak.generations import CAMPAIGNS, write_decisions, write_jobs

MAILS = 2 * len(CAMPAIGNS)  # of each fault: all campaigns in both languages

UNLIMITED = ApiSettings(
    base_seconds=0.01, token_seconds=0.0, requests_per_minute=10**6, tokens_per_minute=10**9
)


class FaultyMails:
    """The decisions and the calls under each fault; the mails and the outcomes by the decisions' ids."""

    def __init__(self) -> None:
        self.decisions: dict[str, set[str]] = {}
        self.mails: dict[str, list[Email]] = defaultdict(list)
        self.outcomes: dict[str, list[str]] = defaultdict(list)
        self.calls: dict[str, int] = {}
        self.dead = 0


async def run(services: Addressed, faults: Sequence[FaultKind], folder: Path) -> FaultyMails:
    """Decide for mails of all campaigns under each fault, and wait for their outcomes."""
    seen = FaultyMails()
    with ExitStack() as stack:
        async with serving(folder, UNLIMITED) as address:
            wire = Wire.create(
                services,
                kairos_partitions=RUN_PARTITIONS,
                openai_api_key="a-key",
                openai_base_url=f"{address}/v1",
                openai_timeout_seconds=0.5,
                email_generation_cache_ttl=1,
                email_generation_rate_limit=100_000,
                email_generation_token_limit=1_000_000_000,
            )
            stack.callback(wire.close)
            write_jobs(wire)
            stack.enter_context(workers(["mail"], wire.settings, folder))
            async with httpx.AsyncClient(base_url=address) as control:
                for fault in faults:
                    await write_under(wire, control, fault, seen)
            for record in wire.records("emails"):
                mail = Email.loads(record.value or b"")
                seen.mails[mail.decision_id].append(mail)
            for record in wire.records("engagements"):
                outcome = Engagement.loads(record.value or b"")
                seen.outcomes[outcome.decision_id].append(outcome.outcome)
            seen.dead = len(wire.records("dead-letters"))
    return seen


async def write_under(wire: Wire, control: httpx.AsyncClient, fault: FaultKind, seen: FaultyMails) -> None:
    """Let every call fail in a way, decide for some mails, and wait for the outcomes of all."""
    (await control.post("/control/reset")).raise_for_status()
    (await control.post("/control/settings", json={"faults": {fault: 1.0}})).raise_for_status()
    decided = sum(map(len, seen.decisions.values()))
    seen.decisions[fault] = write_decisions(wire, MAILS, decided)
    await asyncio.to_thread(until, lambda: has_outcomes(wire, decided + MAILS))
    seen.calls[fault] = (await control.get("/control/traffic")).json()["requests"]


def has_outcomes(wire: Wire, count: int) -> bool:
    """Whether so many outcomes were said."""
    return len(wire.records("engagements")) >= count


def check(seen: FaultyMails) -> None:
    """Each decision has one outcome and one mail, written without the model, with both of its parts."""
    assert seen.dead == 0
    for fault, decisions in seen.decisions.items():
        assert seen.calls[fault] > 0, fault
        for id_ in decisions:
            (mail,) = seen.mails[id_]
            assert seen.outcomes[id_] == ["written"], fault
            assert mail.writer == "template", fault
            assert mail.html is not None, fault
            assert mail.text is not None, fault
            assert "[MOCK]" not in mail.subject, fault
            assert mail.making is None or mail.making.reason is not None, fault
