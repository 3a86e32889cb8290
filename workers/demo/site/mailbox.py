"""The addresses of the mailbox: the list, a mail, and its HTML alone for the frame."""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from workers.demo.site.layout import SitePage
from workers.demo.site.mail_content import MailContent, content_of
from workers.demo.site.mail_pages import event_page, mail_page, mailbox_page
from workers.demo.site.source import JobSource, ReceivedMail, Visitor

MOST_LISTED = 200
HTML_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline';"
    " img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


class MailboxPages:
    """Shows the mails of a source; `page` makes the frame, `message` a page of one sentence."""

    def __init__(
        self,
        source: JobSource,
        page: Callable[[Request], SitePage],
        message: Callable[[SitePage, str, int], Response],
    ) -> None:
        self._source, self._page, self._message = source, page, message

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route("/mails/", self.mails),
            Route("/mails/{number:int}/", self.mail),
            Route("/mails/{number:int}/html", self.html),
            Route("/events/{event_id}/", self.event),
        ]

    def mails(self, request: Request) -> Response:
        """`GET /mails/?to=`: all mails, or those to a person."""
        kept = self._source.mails()
        recipients = self._source.recipients({mail.recipient for mail in kept})
        person, shown = None, kept
        if wanted := request.query_params.get("to", "")[:200]:
            people = (*recipients.values(), *self._source.visitors())
            person = next((each for each in people if each.id == wanted), Visitor(wanted))
            shown = [mail for mail in kept if (to := recipients.get(mail.recipient)) and to.id == wanted]
        contents = contents_of(shown)
        return HTMLResponse(mailbox_page(self._page(request), contents, recipients, person))

    def mail(self, request: Request) -> Response:
        """`GET /mails/NUMBER/`."""
        page, kept = self._page(request), self._source.mails()
        mail = found(kept, request)
        if mail is None:
            return self._message(page, "no_mail", 404)
        recipients = self._source.recipients({mail.recipient})
        return HTMLResponse(mail_page(page, content_of(mail), recipients, kept[-1].number))

    def html(self, request: Request) -> Response:
        """`GET /mails/NUMBER/html`: no script runs in it, wherever it is opened, and nothing is fetched."""
        mail = found(self._source.mails(), request)
        if mail is None:
            return self._message(self._page(request), "no_mail", 404)
        headers = {"Content-Security-Policy": HTML_POLICY, "Referrer-Policy": "no-referrer"}
        return HTMLResponse(content_of(mail).framed_html, headers=headers)

    def event(self, request: Request) -> Response:
        """`GET /events/ID/`."""
        page, event = self._page(request), self._source.event(request.path_params["event_id"])
        return (
            self._message(page, "no_event", 404) if event is None else HTMLResponse(event_page(page, event))
        )


def contents_of(mails: Sequence[ReceivedMail]) -> list[MailContent]:
    """The newest mails, newest first."""
    return [content_of(mail) for mail in reversed(mails[-MOST_LISTED:])]


def found(mails: Sequence[ReceivedMail], request: Request) -> ReceivedMail | None:
    """The mail that a request names; None for one that is not kept."""
    number = request.path_params["number"]
    return next((mail for mail in mails if mail.number == number), None)
