"""The job site as a web application: reads requests, asks the source, sends pages."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from schemas.mail import Language
from schemas.model import from_epoch_ms
from workers.demo.site.feed_pages import compare_page, feed_list, feed_page
from workers.demo.site.job_pages import browse_page, job_page
from workers.demo.site.layout import SitePage, document
from workers.demo.site.mailbox import MailboxPages
from workers.demo.site.source import JobAct, JobSource, SourceUnavailable
from workers.serve.markup import html
from workers.serve.tracking_script import SHIPPED

FOLDER: Final = Path(__file__).with_name("static")
FILES: Final = {
    "site.css": (FOLDER / "site.css", "text/css"),
    "site.js": (FOLDER / "site.js", "text/javascript"),
    "icon.svg": (FOLDER / "icon.svg", "image/svg+xml"),
    "behavioral_tracking.js": (SHIPPED, "text/javascript"),
}
PERSON_COOKIE, LANGUAGE_COOKIE = "person", "language"
FEED_SIZE, COMPARED = 20, 10
LONGEST_FORM = 4_096  # bytes
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' {endpoint};"
    " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class JobSite:
    """The pages of a source. `endpoint` is the origin that tracks, empty for this one."""

    def __init__(self, source: JobSource, now_ms: Callable[[], int], endpoint: str = "") -> None:
        self._source = source
        self._now_ms = now_ms
        self._endpoint = endpoint

    def app(self) -> Starlette:
        """The application."""
        routes = [
            Route("/", self.start),
            Route("/jobs/browse/", self.browse),
            Route("/jobs/feed/", self.feed),
            Route("/jobs/feed/list/", self.feed_list),
            Route("/jobs/before-after/", self.compare),
            Route("/jobs/{job_id}/", self.job),
            Route("/language/", self.language),
            Route("/visitor/", self.visitor, methods=["POST"]),
            Route("/static/{name}", self.file),
            *MailboxPages(self._source, self._page, self._message).routes(),
        ]
        return Starlette(
            routes=routes,
            middleware=[Middleware(BaseHTTPMiddleware, dispatch=self.with_headers)],
            exception_handlers={404: self.not_found, SourceUnavailable: self.unavailable},
        )

    def start(self, _request: Request) -> Response:
        """The list is where one begins."""
        return RedirectResponse("/jobs/browse/")

    def browse(self, request: Request) -> Response:
        """`GET /jobs/browse/?q=&place=&page=`."""
        asked = request.query_params
        query, place = (asked.get(name, "")[:80].strip() for name in ("q", "place"))
        number = asked.get("page", "")
        page, jobs = self._page(request), self._source.open_jobs()
        at = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
        return HTMLResponse(browse_page(page, jobs, query, place, at))

    def job(self, request: Request) -> Response:
        """`GET /jobs/ID/`, from a list with `source`, `decision` and `position`."""
        job = self._source.job(request.path_params["job_id"])
        page = self._page(request)
        if job is None:
            return self._message(page, "no_job", 404)
        asked = request.query_params
        position = asked.get("position", "")
        return HTMLResponse(
            job_page(
                page,
                job,
                asked.get("source", "direct")[:40],
                asked.get("decision", "")[:200] or None,
                position if position.isascii() and position.isdecimal() and len(position) < 7 else None,
            )
        )

    def feed(self, request: Request) -> Response:
        """`GET /jobs/feed/`."""
        page = self._page(request)
        feed = self._source.feed(page.person, page.language, FEED_SIZE)
        return HTMLResponse(feed_page(page, feed, len(self._source.open_jobs()), FEED_SIZE))

    def feed_list(self, request: Request) -> Response:
        """`GET /jobs/feed/list/?list=&job=&kind=&pressed=`: a list alone, 204 until that press is known.

        `list` is the request of one that was made before.
        """
        page, asked = self._page(request), request.query_params
        if "pressed" in asked:
            is_pressed = asked.get("kind", "") in page.presses.get(asked.get("job", ""), ())
            if is_pressed != (asked["pressed"] == "true"):
                return Response(status_code=204)
        request_id = asked.get("list", "")[:200] or None
        found = self._source.feed(page.person, page.language, FEED_SIZE, request_id)
        return HTMLResponse(feed_list(page, found))

    def compare(self, request: Request) -> Response:
        """`GET /jobs/before-after/`."""
        page = self._page(request)
        before = self._source.before(page.person, page.language, COMPARED)
        after = self._source.feed(page.person, page.language, COMPARED)
        return HTMLResponse(compare_page(page, before, after, self._source.acts(page.person)))

    def language(self, request: Request) -> Response:
        """`GET /language/?to=&next=`: remember a language."""
        response = RedirectResponse(own_path(request.query_params.get("next", "")), 303)
        code = "ja" if request.query_params.get("to") == "ja" else "en"
        response.set_cookie(LANGUAGE_COOKIE, code, httponly=True, samesite="lax")
        return response

    async def visitor(self, request: Request) -> Response:
        """`POST /visitor/`: be another person."""
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_FORM:
                return PlainTextResponse("too long", 413)
        form = dict(parse_qsl(body.decode("utf-8", "replace")))
        response = RedirectResponse(own_path(form.get("next", "")), 303)
        response.set_cookie(
            PERSON_COOKIE, form.get("person", "")[:200].encode().hex(), httponly=True, samesite="lax"
        )
        return response

    def file(self, request: Request) -> Response:
        """`GET /static/NAME`."""
        if (known := FILES.get(request.path_params["name"])) is None:
            return PlainTextResponse("not found", 404)
        return FileResponse(known[0], media_type=known[1], headers={"Cache-Control": "no-cache"})

    def not_found(self, request: Request, _error: Exception) -> Response:
        """Any other address."""
        return self._message(self._page(request), "not_found", 404)

    def unavailable(self, request: Request, _error: Exception) -> Response:
        """The source does not answer: the frame alone, without what it would have to be asked for."""
        page = SitePage(language_of(request), "", (), "/", from_epoch_ms(self._now_ms()), "")
        return self._message(page, "unavailable", 503)

    async def with_headers(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Every answer: no script but the site's own, and nothing kept that is of one person."""
        response = await call_next(request)
        allowed = POLICY.format(endpoint=self._endpoint).replace(" ;", ";")
        response.headers.setdefault("Content-Security-Policy", allowed)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if not request.url.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-cache, private"
        return response

    def _page(self, request: Request) -> SitePage:
        visitors = self._source.visitors()
        person = person_of(request.cookies.get(PERSON_COOKIE, ""))
        if person not in {visitor.id for visitor in visitors}:
            person = visitors[0].id
        url = request.url
        return SitePage(
            language=language_of(request),
            person=person,
            visitors=visitors,
            path=f"{url.path}?{url.query}" if url.query else url.path,
            now=from_epoch_ms(self._now_ms()),
            token=self._source.token(person),
            endpoint=self._endpoint,
            presses=presses_of(self._source.acts(person)),
        )

    def _message(self, page: SitePage, name: str, status: int) -> Response:
        text = page.text(name)
        return HTMLResponse(document(page, text, html("<h1>{text}</h1>", text=text)), status)


def presses_of(acts: Iterable[JobAct]) -> dict[str, frozenset[str]]:
    """The kinds of buttons that are pressed, by job."""
    kinds: dict[str, set[str]] = {}
    for act in acts:
        kinds.setdefault(act.job_id, set()).add(act.kind)
    return {job_id: frozenset(names) for job_id, names in kinds.items()}


def language_of(request: Request) -> Language:
    """The language that was chosen, else the browser's; English for any but Japanese."""
    chosen = request.cookies.get(LANGUAGE_COOKIE) or request.headers.get("accept-language", "")
    return "ja" if chosen.strip().lower().startswith("ja") else "en"


def person_of(cookie: str) -> str:
    """The person of a cookie; empty when it has none."""
    try:
        return bytes.fromhex(cookie).decode()
    except ValueError:
        return ""


def own_path(address: str) -> str:
    """An address of this site, for going back to; the list for any other."""
    parts = urlsplit(address)
    is_own = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if is_own and address.isprintable() else "/jobs/browse/"
