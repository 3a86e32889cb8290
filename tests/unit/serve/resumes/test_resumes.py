"""Résumés over HTTP, with a writer that stands in for Kafka: E1, U2 and the rules of every request."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.interactions import ResumeUpload
from tests.unit.product.reading.pdf_files import pdf_of
from tests.unit.serve.tracking.site import PRODUCTION, Site
from workers.product.reading.resumes import MAX_RESUME
from workers.serve.resumes import endpoints
from workers.serve.resumes.uploads import LONGEST_UPLOAD

URL = "/jobs/api/resume/"
PDF = pdf_of(["Registered nurse", "Osaka"])
LATE = 4_000_000_000_000


@pytest.fixture
def site() -> Iterator[Site]:
    """A site in development."""
    with (made := Site()).client:
        yield made


@pytest.fixture
def production() -> Iterator[Site]:
    """A site in production."""
    with (made := Site(**PRODUCTION)).client:
        yield made


def uploads(site: Site) -> list[tuple[str, str | None]]:
    """Who gave which text."""
    read = [ResumeUpload.loads(record.value or b"") for record in site.writer.records]
    return [(upload.person, upload.text) for upload in read]


def send(site: Site, body: bytes | dict[str, Any], kind: str = "", **options: Any) -> Any:
    """Send a body under a content type."""
    content = json.dumps(body).encode() if isinstance(body, dict) else body
    headers = {"content-type": kind} | options.pop("headers", {})
    return site.client.post(options.pop("url", URL), content=content, headers=headers, **options)


@pytest.mark.parametrize("url", [URL, URL[:-1]])
@pytest.mark.parametrize("kind", ["application/pdf", "application/x-www-form-urlencoded", ""])
def test_a_pdf_becomes_its_text(site: Site, url: str, kind: str) -> None:
    """Under any content type: curl calls everything a form."""
    answer = send(site, PDF, kind, url=url, params={"person": "mia"})

    assert (answer.status_code, answer.json()) == (202, {"accepted": True, "characters": 22})
    assert uploads(site) == [("mia", "Registered nurse\nOsaka")]
    (record,) = site.writer.records
    assert (record.topic, record.key) == ("interactions", b"mia")


def test_a_text_is_taken_as_it_is(site: Site) -> None:
    """With its lines, in UTF-8."""
    send(site, "看護師\n大阪".encode(), "text/plain;charset=utf-8", params={"person": "mia"})

    assert uploads(site) == [("mia", "看護師\n大阪")]


@pytest.mark.parametrize("head", ["", "data:application/pdf;base64,"])
def test_an_object_has_a_text_or_a_file_in_base64(site: Site, head: str) -> None:
    """As a page can send it to another origin without being asked before."""
    for text in ("Nurse", head + base64.b64encode(PDF).decode()):
        assert send(site, {"person": "mia", "text": text}, "text/plain").status_code == 202

    assert uploads(site) == [("mia", "Nurse"), ("mia", "Registered nurse\nOsaka")]


def test_it_is_taken_back(site: Site) -> None:
    """A record without a text, which says so to everybody behind."""
    answer = send(site, {"person": "mia", "remove": True})

    assert (answer.status_code, answer.json()) == (202, {"accepted": True})
    assert uploads(site) == [("mia", None)]


def test_what_is_too_long_is_cut_and_said(site: Site) -> None:
    """The beginning says most of a person."""
    answer = send(site, {"person": "mia", "text": "x" * 9_000})

    assert answer.json()["characters"] == MAX_RESUME
    assert answer.json()["note"] == "is longer than 8,000 characters; the rest is left out"
    assert uploads(site) == [("mia", "x" * MAX_RESUME)]


@pytest.mark.parametrize(
    ("body", "kind", "status", "error"),
    [
        (b"", "application/pdf", 422, "text: is no PDF that can be read"),
        (pdf_of([]), "application/pdf", 422, "text: is a PDF without text"),
        (PDF[:40], "", 422, "text: is no PDF that can be read"),
        (b"PK\x03\x04\x00", "application/msword", 400, "the body is neither a PDF nor a text in UTF-8"),
        ("看護師".encode("shift_jis"), "text/plain", 400, "the body is neither a PDF nor a text in UTF-8"),
        (b" \n", "text/plain", 422, "text: is empty"),
        (b'{"text": ""}', "", 422, "text: is missing"),
        (b'{"text": 7}', "", 422, "text: must be a text"),
        (b'{"text": "JVBERi0x"}', "", 422, "text: is no PDF that can be read"),
        (b'{"text": "x", "remove": true}', "", 422, "remove: cannot be true beside a text"),
        (b'{"text"', "", 400, "the body is no JSON"),
        (
            b"--x\r\n",
            "multipart/form-data; boundary=x",
            400,
            "send the file itself as the body, without a form",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(
    site: Site, body: bytes, kind: str, status: int, error: str
) -> None:
    """Without a record, and without what was sent."""
    answer = send(site, body, kind, params={"person": "mia"})

    assert answer.status_code == status
    assert answer.json()["error"].startswith(error)
    assert site.writer.records == []


def test_what_is_too_large_is_413(site: Site) -> None:
    """Before it is read, and while it comes."""
    assert send(site, b"x" * (LONGEST_UPLOAD + 1)).status_code == 413
    pieces = (b"x" * 1_000_000 for _ in range(8))
    assert site.client.post(URL, content=pieces).status_code == 413
    assert site.writer.records == []


def test_in_production_only_a_token_names_a_person(production: Site) -> None:
    """In the object, or in the header beside a file; an expired or forged one is refused."""
    good, old = production.token("mia", LATE), production.token("mia", 0)
    forged = good[:-4] + "AAAA"
    bearers = [{"authorization": f"Bearer {token}"} for token in (good, old, forged)]
    by_header = [send(production, PDF, headers=header).status_code for header in bearers]
    by_field = [
        send(production, {"text": "Nurse"} | given).status_code
        for given in ({"token": good}, {"token": old}, {"token": forged}, {"person": "mia"}, {})
    ]

    assert by_header == [202, 401, 403]
    assert by_field == [202, 401, 403, 401, 401]
    assert send(production, PDF, params={"person": "mia"}).status_code == 401
    assert [person for person, _ in uploads(production)] == ["mia", "mia"]


def test_a_form_needs_the_token(site: Site) -> None:
    """Any page can make a browser send one."""
    form = {"person": "mia", "text": "Nurse"}
    assert site.client.post(URL, data=form).status_code == 401
    assert site.client.post(URL, data=form | {"token": site.token("jun", LATE)}).status_code == 202
    assert uploads(site) == [("jun", "Nurse")]


def test_the_products_session_counts_from_pages_of_its_origins_only() -> None:
    """A text under a header of the product's proxy could be sent by any page."""
    origin = "https://jobs.example"
    with (site := Site(KAIROS_PERSON_HEADER="X-Person", KAIROS_ALLOWED_ORIGINS=origin)).client:
        statuses = [
            send(site, b"Nurse", headers={"X-Person": "mia", "origin": each}).status_code
            for each in (origin, "https://other.example")
        ]
    assert statuses == [202, 403]


def test_a_page_of_another_origin_may_send_a_file_with_its_token() -> None:
    """The browser asks before, because of the header and the type."""
    origin = "https://jobs.example"
    with (site := Site(KAIROS_ALLOWED_ORIGINS=origin)).client:
        asked = {
            "origin": origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type",
        }
        assert site.client.options(URL, headers=asked).status_code == 200


def test_a_person_sends_a_few_and_then_waits(site: Site) -> None:
    """Reading a PDF may take a second."""
    statuses = [send(site, {"person": "mia", "text": "Nurse"}).status_code for _ in range(endpoints.BURST)]
    last = send(site, {"person": "mia", "text": "Nurse"})

    assert set(statuses) == {202}
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) > 0
    assert send(site, {"person": "jun", "text": "Nurse"}).status_code == 202


def test_too_many_at_once_are_503(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is some megabytes in memory."""
    monkeypatch.setattr(endpoints, "MOST_AT_ONCE", 0)
    answer = send(site, {"person": "mia", "text": "Nurse"})

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"


def test_without_kafka_it_is_503(site: Site) -> None:
    """Nothing is said to be written."""
    site.writer.answers = False
    answer = send(site, {"person": "mia", "text": "Nurse"})

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
