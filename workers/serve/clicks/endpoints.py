"""The route of short links: to the page of the record that a link names, and nowhere else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from schemas.mail import Language
from workers.product.mail_links import (
    PATH,
    MailLink,
    is_web_page,
    link_tokens,
    location_of,
    read_link_token,
    record_page,
)
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings, SettingsError
from workers.runtime.process.signed_tokens import TokenError
from workers.serve.answers.endpoints import language_of
from workers.serve.answers.page import HEADERS, document
from workers.serve.clicks.networks import ListedNetworks
from workers.serve.clicks.reports import ClickReports
from workers.serve.clicks.texts import TEXTS
from workers.serve.markup import html
from workers.serve.requests import measured
from workers.serve.shared_writer import SharedWriter

ROUTE = PATH + "{token:path}"
WORDS = "<h1>{title}</h1>\n<p>{text}</p>"
LED_ON = {name: HEADERS[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")}
IsGone = Callable[[str], bool]  # whether it is known that a job of this id is not there
LinkNotice = Literal["forged", "expired", "gone", "nowhere"]


class Clicks:
    """Leads the readers of mails on, and reports that a link was requested; nobody waits for the report."""

    def __init__(self, settings: Settings, reports: ClickReports, is_gone: IsGone) -> None:
        self._tokens = link_tokens(settings)
        self._pages = {"job": settings.kairos_job_url, "event": settings.kairos_event_url}
        self._reports = reports
        self._is_gone = is_gone

    def routes(self) -> list[Route]:
        """The route."""
        return [Route(ROUTE, measured("click", self._follow), methods=["GET"])]

    async def _follow(self, request: Request) -> Response:
        """302 to the page of the record; 404 or 410 with a few words where there is none."""
        try:
            link = read_link_token(self._tokens, request.path_params["token"], now_ms())
        except TokenError as error:
            return page(request, "expired", 410) if error.is_outdated else page(request, "forged", 404)
        self._reports.requested(request, link.person, link.decision, link.kind, link.item)
        return self._led_on(request, link)

    def _led_on(self, request: Request, link: MailLink) -> Response:
        """The answer to a link that is one."""
        url = record_page(self._pages.get(link.kind, ""), link.item)
        if url is None or not is_web_page(url):
            return page(request, "nowhere", 404)
        if link.kind == "job" and self._is_gone(link.item):
            return page(request, "gone", 410)
        return Response(status_code=302, headers=LED_ON | {"Location": location_of(url)})


def click_reports(settings: Settings, writer: SharedWriter) -> ClickReports:
    """What writes clicks, with the data centres of the settings; raises SettingsError."""
    return ClickReports(writer, read_networks(settings.kairos_data_centres))


def read_networks(path: Path | None) -> ListedNetworks | None:
    """The networks of a file; None without one. Raises SettingsError."""
    if path is None:
        return None
    try:
        return ListedNetworks(path.read_text("utf-8").splitlines())
    except (OSError, ValueError) as error:
        raise SettingsError(f"KAIROS_DATA_CENTRES: {path}: {error}") from None


def page(request: Request, notice: LinkNotice, status: int) -> Response:
    """A page of a few words."""
    language: Language = language_of(request)
    texts: Any = TEXTS[language]
    title, text = getattr(texts, f"{notice}_title"), getattr(texts, notice)
    return HTMLResponse(document(language, title, html(WORDS, title=title, text=text)), status, HEADERS)
