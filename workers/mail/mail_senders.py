"""Who sends a mail, and where its reader opts out. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from schemas.decision import SendDecision
from workers.mail.mail_links import ShortLink, no_short_link
from workers.writing.rendering.page import Sender


def no_link(_decision: SendDecision, _language: str) -> str | None:
    """No address under which the reader of a mail could opt out."""
    return None


class MailSenders:
    """The senders by language, as the policy has them.

    `link_of` gives the address of one mail under which its reader opts out (None: there is none); it stands
    where the policy names no page of the product. `short` gives the link of a mail that no reader sees.
    """

    def __init__(
        self,
        by_language: Mapping[str, Sender] | None = None,
        link_of: Callable[[SendDecision, str], str | None] = no_link,
        short: ShortLink = no_short_link,
    ) -> None:
        self._by_language, self._link_of, self._short = by_language or {}, link_of, short

    def of(self, decision: SendDecision, language: str) -> Sender | None:
        """The sender of the mail of a decision, in a language; None where the policy has none."""
        sender = self._by_language.get(language)
        if sender is None:
            return None
        opt_out = sender.opt_out_url or self._link_of(decision, language)
        return replace(sender, opt_out_url=opt_out, honeypot_url=self._short(decision, "honeypot", ""))
