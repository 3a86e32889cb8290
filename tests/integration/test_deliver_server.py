"""`deliver` and its mail server: TLS, a login, a server that is away, and its pace."""

import ssl
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from deploy.embedded.ports import free_ports
from tests.certificates import Authority
from tests.integration.delivering import DOMAIN, outcomes, parked, register, told, wire_to, write_mail
from tests.integration.mail_sink import MailSink, running
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import WorkerProcess, workers
from workers.product.mail_links import PATH, MailLink, link_token, link_tokens
from workers.runtime.process import exits
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire


def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Whether a user may send."""
    is_ours = isinstance(data, LoginPassword) and (data.login, data.password) == (b"us@er", b"p:ss")
    return AuthResult(success=is_ours)


def test_with_tls_and_a_password(services: Addressed, tmp_path: Path) -> None:
    """STARTTLS, the certificate of the named authority, and a login; nothing goes out to another server."""
    authority, foreign = Authority(tmp_path / "ours"), Authority(tmp_path / "foreign")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority.sign("server").both)
    options = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": login,
        "auth_required": True,
    }
    with running(MailSink(), **options) as sink:
        url = f"smtp://us%40er:p%3Ass@127.0.0.1:{sink.port}"
        wire = wire_to(sink, services, tmp_path, kairos_smtp_url=url)
        register(wire, "mia")
        write_mail(wire, "mia")
        wrong = wire.settings.model_copy(update={"kairos_smtp_ca_file": foreign.certificate})
        with workers(["deliver"], wrong, tmp_path) as (worker,):
            until(lambda: "the mail server is away" in worker.log_text())
        assert (sink.accepted, told(wire), parked(wire)) == ([], {}, {})
        right = wire.settings.model_copy(update={"kairos_smtp_ca_file": authority.certificate})
        with workers(["deliver"], right, tmp_path):
            until(lambda: told(wire) == {"mia": "sent"})
        wire.close()
    assert dict(sink.counts()) == {f"mia@{DOMAIN}": 1}


def test_a_server_that_is_away_holds_all_and_nothing_fails(services: Addressed, tmp_path: Path) -> None:
    """When it is there, all of it is sent, once."""
    sink = MailSink()
    wire = wire_to(sink, services, tmp_path)
    people = [f"p{number}" for number in range(30)]
    for person in people:
        register(wire, person)
        write_mail(wire, person)
    with workers(["deliver"], wire.settings, tmp_path) as (worker,):
        until(lambda: "the mail server is away" in worker.log_text())
        assert told(wire) == {}
        with running(sink):
            until(lambda: len(told(wire)) == len(people))
    wire.close()

    assert set(told(wire).values()) == {"sent"}
    assert sink.counts() == {f"{person}@{DOMAIN}": 1 for person in people}


def test_the_pace_of_a_group_is_kept(services: Addressed, tmp_path: Path) -> None:
    """Ten a second and no more, as the server counts; other domains do not wait for it."""
    with running(MailSink()) as sink:
        wire = wire_to(sink, services, tmp_path, kairos_pace_start=10.0, kairos_pace_most=10.0)
        for number in range(30):
            register(wire, f"g{number}", f"g{number}@gmail.com")
            write_mail(wire, f"g{number}")
        register(wire, "else", "else@yahoo.com")
        write_mail(wire, "else")
        with workers(["deliver"], wire.settings, tmp_path):
            until(lambda: len(sink.accepted) == 31)
            until(lambda: len(told(wire)) == 31)
        wire.close()
    times = sorted(at for at, address, _ in sink.accepted if address.endswith("@gmail.com"))
    busiest = max(sum(start <= at < start + 1000 for at in times) for start in times)
    assert busiest <= 12  # ten, and what the way to the server may shift
    assert times[-1] - times[0] >= 2_700
    other = next(at for at, address, _ in sink.accepted if address.endswith("@yahoo.com"))
    assert other < times[10]


def test_a_provider_that_answers_slowly_holds_no_other_up(services: Addressed, tmp_path: Path) -> None:
    """However many of its mails stand in front; all go out in the end, each once."""
    with running(MailSink(slow_domain="gmail.com")) as sink:
        wire = wire_to(sink, services, tmp_path, kairos_partitions=1, kairos_smtp_connections=20)
        for number in range(300):
            register(wire, f"g{number}", f"g{number}@gmail.com")
            write_mail(wire, f"g{number}")
        for number in range(10):
            register(wire, f"y{number}", f"y{number}@yahoo.com")
            write_mail(wire, f"y{number}")
        with workers(["deliver"], wire.settings, tmp_path):
            until(lambda: len(told(wire)) == 310)
        wire.close()
    assert max(sink.counts().values()) == 1
    order = [address.partition("@")[2] for _, address, _ in sorted(sink.accepted)]
    assert order.index("yahoo.com") < 300 - 256  # where that many could wait at once
    assert sum(domain == "yahoo.com" for domain in order[:150]) == 10


def test_without_a_server_or_a_sender_it_does_not_start(services: Addressed, tmp_path: Path) -> None:
    """One line says what is missing."""
    with running(MailSink()) as sink:
        wire = wire_to(sink, services, tmp_path, kairos_mail_from="")
        worker = WorkerProcess("deliver", wire.settings, tmp_path / "log")
        assert worker.wait() == exits.MISCONFIGURED
        assert "KAIROS_MAIL_FROM" in worker.log_text()
        wire.close()


def test_one_click_in_a_mail_ends_the_mails_at_once(services: Addressed, tmp_path: Path) -> None:
    """Links are answered by `serve`: they lead on, looking changes nothing, the POST does at once."""
    port = free_ports(1)[0]
    given = {
        "kairos_public_url": "https://kairos.example",
        "kairos_http_port": port,
        "kairos_unsubscribe_url": "",
        "kairos_event_url": "https://events.example/{id}?b=%26#f",
    }
    with running(MailSink()) as sink:
        wire = wire_to(sink, services, tmp_path, **given)
        register(wire, "mia")
        with workers(["serve", "deliver"], wire.settings, tmp_path):
            write_mail(wire, "mia")
            until(lambda: len(told(wire)) == 1)
            (message,) = sink.messages()
            address = (
                message["List-Unsubscribe"]
                .strip("<>")
                .replace("https://kairos.example", f"http://127.0.0.1:{port}")
            )
            until(lambda: answers(address))
            follow_a_link(wire, port)
            write_mail(wire, "mia", id="mia:2", decision_id="mia:2")
            until(lambda: len(sink.accepted) == 2)
            body = message["List-Unsubscribe-Post"].encode()
            with urlopen(Request(address, body, method="POST"), timeout=10) as response:
                assert response.status == 200
            done = now_ms()
            for number in range(3, 40):
                write_mail(wire, "mia", id=f"mia:{number}", decision_id=f"mia:{number}")
            wire.producer.flush()
            until(lambda: len(outcomes(wire)) == 39)
        found = {decision: values[0].outcome for decision, values in outcomes(wire).items()}
        wire.close()
    last = max(at for at, _, _ in sink.accepted)
    assert last - done < 1_000
    assert found["mia:39"] == "withdrawn"
    assert len(sink.accepted) == sum(outcome == "sent" for outcome in found.values())


def follow_a_link(wire: Wire, port: int) -> None:
    """Follow the link of an event in mia's mail: it leads to the page, and that is told."""
    link = MailLink("mia", "mia:1", "event", "event_001")
    path = PATH + link_token(link_tokens(wire.settings), link, now_ms())
    page = (302, "https://events.example/event_001?b=%26#f")
    assert [led_to(port, path, method) for method in ("GET", "HEAD")] == [page, page]
    asked = {("event", "GET"), ("event", "HEAD"), ("unsubscribe", "GET")}
    until(lambda: clicked(wire, "mia:1") == asked)


def led_to(port: int, path: str, method: str) -> tuple[int, str | None]:
    """The status of an address of `serve`, and where it leads."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.headers["Location"]


def clicked(wire: Wire, decision: str) -> set[tuple[str, str]]:
    """The kinds of links of a mail that were requested, and how."""
    clicks = [each.click for each in outcomes(wire)[decision] if each.outcome == "clicked"]
    return {(click.kind, click.method) for click in clicks if click is not None}


def answers(address: str) -> bool:
    """Whether a page is there."""
    try:
        with urlopen(address, timeout=10) as response:
            return bool(response.status == 200)
    except OSError:
        return False
