"""The addresses of jobs and events in mails: short links where `serve` answers them, else plain. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.decision import SendDecision
from workers.product.mail_links import LinkedKind, is_web_page, record_page

ShortLink = Callable[[SendDecision, LinkedKind, str], str | None]


def no_short_link(_decision: SendDecision, _kind: LinkedKind, _item: str) -> str | None:
    """No link that `serve` would answer."""
    return None


@dataclass(frozen=True)
class MailLinks:
    """Where jobs and events are seen, with `{id}` in it, or empty; `short` is what stands for such a page."""

    job_url: str = ""
    event_url: str = ""
    short: ShortLink = no_short_link

    def job(self, decision: SendDecision, job_id: str) -> str | None:
        """The address of a job in the mail of a decision; None without a page."""
        return self._link(decision, "job", job_id, record_page(self.job_url, job_id))

    def event(self, decision: SendDecision, event_id: str) -> str | None:
        """The address of an event in the mail of a decision; None without a page."""
        return self._link(decision, "event", event_id, record_page(self.event_url, event_id))

    def _link(self, decision: SendDecision, kind: LinkedKind, item: str, page: str | None) -> str | None:
        short = self.short(decision, kind, item) if is_web_page(page) else None
        return page if short is None else short
