"""How soon after one click nothing more is handed over, while 200 mails a second go out, signed by DKIM.

Mails of everybody wait in `emails` when `deliver` begins, several to each person. In the middle some of those
whose mails still wait unsubscribe at `serve`, and the mail server says when it took the last mail of each.
"""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.request import Request, urlopen

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from deploy.embedded import Services
from deploy.embedded.ports import free_ports
from tests.bench.measure import Row
from tests.bench.metered import metered
from tests.integration.delivering import DOMAIN, outcomes, register, wire_to, write_mail
from tests.integration.mail_sink import MailSink, running
from tests.integration.wire import RUN_PARTITIONS, Wire
from workers.product.unsubscribe_links import PATH, UnsubscribeToken, unsubscribe_token, unsubscribe_tokens
from workers.runtime.process.clock import now_ms

RATE = 200  # mails a second that are asked for
PATIENT_SECONDS = 600
HTML = "<p>" + "Jobs for you, chosen by what you have looked at. " * 100 + "</p>"  # 5 KB, and as much of text


class Leaver(NamedTuple):
    """Somebody who unsubscribes: when the answer came, and how long it took (milliseconds)."""

    person: str
    answered_at: int
    took_ms: int


def run(services: Services, quick: bool) -> list[Row]:
    """One run: mails wait, half of them go out, some people leave."""
    people, each, leavers = (100, 4, 5) if quick else (600, 10, 60)
    with TemporaryDirectory() as folder, ExitStack() as stack:
        sink = stack.enter_context(running(MailSink()))
        wire = stack.enter_context(sending(sink, services, Path(folder)))
        serve = stack.enter_context(metered(wire.settings, "serve"))
        for number in range(people):
            register(wire, f"p{number}")
        for mail in range(each):
            for number in range(people):
                decision = f"p{number}:{mail}"
                write_mail(wire, f"p{number}", id=decision, decision_id=decision, html=HTML, text=HTML)
        wire.producer.flush()
        serve.wait(lambda: answers(wire), PATIENT_SECONDS)
        deliver = stack.enter_context(metered(wire.settings, "deliver"))
        deliver.wait(lambda: len(sink.accepted) > people * each // 3, PATIENT_SECONDS)
        cpu, began, before = deliver.cpu(), time.perf_counter(), len(sink.accepted)
        turns = deliver.metric("kairos_deliveries_total")
        left = leave(wire, [f"p{number}" for number in range(leavers)])
        deliver.wait(lambda: len(sink.accepted) > people * each // 3 * 2, PATIENT_SECONDS)
        seconds, count = time.perf_counter() - began, len(sink.accepted) - before
        cpu, turns = deliver.cpu() - cpu, deliver.metric("kairos_deliveries_total") - turns
        deliver.wait(lambda: deliver.metric("kairos_deliveries_total") >= people * each, PATIENT_SECONDS)
        deliver.wait(lambda: deliver.metric("kairos_open_effects") == 0, PATIENT_SECONDS)
        found = outcomes(wire)
    return rows(
        sink, left, {key: value[-1].outcome for key, value in found.items()}, (count, turns, seconds), cpu
    )


@contextmanager
def sending(sink: MailSink, services: Services, folder: Path) -> Iterator[Wire]:
    """Topics, and a `deliver` that signs, 200 mails a second at most."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    given = {
        "kairos_partitions": RUN_PARTITIONS,
        "kairos_smtp_timeout_seconds": 30.0,
        "kairos_unsubscribe_url": "",
        "kairos_public_url": "https://kairos.example",
        "kairos_http_port": free_ports(1)[0],
        "kairos_pace_start": RATE,
        "kairos_pace_most": RATE,
        "kairos_smtp_connections": 20,
    }
    wire = wire_to(sink, services, folder, **given)
    signing = {"kairos_dkim_key": SecretStr(pem), "kairos_dkim_selector": "k1"}
    wire.settings = wire.settings.model_copy(update=signing)
    with closing(wire):
        yield wire


def leave(wire: Wire, people: list[str]) -> list[Leaver]:
    """Let people unsubscribe at once, by POST as a mail program does."""
    with ThreadPoolExecutor(len(people)) as pool:
        return [*pool.map(lambda person: unsubscribe(wire, person), people)]


def unsubscribe(wire: Wire, person: str) -> Leaver:
    """One click."""
    token = UnsubscribeToken(person, f"{person}:0", "en")
    signed = unsubscribe_token(unsubscribe_tokens(wire.settings), token, now_ms())
    url = f"http://127.0.0.1:{wire.settings.kairos_http_port}{PATH}{signed}"
    began = now_ms()
    with urlopen(Request(url, b"List-Unsubscribe=One-Click", method="POST"), timeout=60):
        return Leaver(person, now_ms(), now_ms() - began)


def answers(wire: Wire) -> bool:
    """Whether serve takes requests."""
    try:
        with urlopen(f"http://127.0.0.1:{wire.settings.kairos_http_port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def rows(
    sink: MailSink,
    left: list[Leaver],
    told: dict[str, str],
    passed: tuple[int, float, float],
    cpu: float,
) -> list[Row]:
    """The figures; raises RuntimeError for a mail that came twice, or nobody whose mails waited.

    `passed`: mails handed over, mails of which all is known, and the seconds that they took.
    """
    count, turns, seconds = passed
    if len({raw for _, _, raw in sink.accepted}) != len(sink.accepted):
        raise RuntimeError("a mail was handed over twice")
    last: dict[str, int] = {}
    for at, address, _ in sink.accepted:
        last[address.removesuffix(f"@{DOMAIN}")] = at
    after = sorted(max(0, last.get(each.person, 0) - each.answered_at) for each in left)
    click = sorted(max(0, last.get(each.person, 0) - each.answered_at + each.took_ms) for each in left)
    withdrawn = sum(outcome == "withdrawn" for outcome in told.values())
    if not withdrawn:
        raise RuntimeError("no mail of those who left was waiting")
    took = sorted(each.took_ms for each in left)
    how = f"{len(left)} people at once, {withdrawn} waiting mails withdrawn, of {len(told):,}"
    return [
        ("mails through deliver, signed", f"{count / seconds:.0f}/s", f"{RATE}/s asked for, one worker"),
        ("the same with those that were withdrawn", f"{turns / seconds:.0f}/s", "each takes its turn"),
        ("CPU of deliver for one mail", f"{1000 * cpu / count:.1f} ms", f"{count:,} mails"),
        ("one click to its answer", spread(took), how),
        ("its answer to the last hand-over", spread(after), how),
        ("one click to the last hand-over", spread(click), how),
    ]


def spread(times: list[int]) -> str:
    """The middle and the longest of some sorted times (milliseconds)."""
    return f"p50 {statistics.median(times):.0f} ms, most {times[-1]} ms"
