"""The writer that needs no model: plain, readable mails in English and Japanese, made of the brief alone.

Every sentence is there only when its facts are. The subject starts with `[MOCK]`, so that nobody takes
such a mail for the real one.
"""

from collections.abc import Callable, Mapping, Sequence

from schemas.decision import Brief, SendDecision, Verdict
from schemas.mail import Language
from workers.mail.writer import Text

MARK = "[MOCK] "
MANY = 3  # how many things one sentence names


class TemplateWriter:
    """Writes at once, and never fails for a brief."""

    async def write(self, decision: SendDecision) -> Text:
        """The text for a decision to send or ask."""
        return render(decision.verdict, decision.brief or Brief())


def render(verdict: Verdict, brief: Brief) -> Text:
    """The mail of a brief, in its language."""
    subject, body = PARTS[brief.language, "ask" if verdict == "ask" else "send"](brief)
    greeting, closing = FRAMES[brief.language](brief)
    return Text(MARK + subject, greeting, tuple(line for line in body if line), closing, "template")


def listed(things: Sequence[str]) -> str:
    """Some things in an English sentence: `a`, `a and b`, `a, b and c`."""
    few = list(things[:MANY])
    return " and ".join([", ".join(few[:-1]), few[-1]] if len(few) > 1 else few)


def english_frame(brief: Brief) -> tuple[str, str]:
    """Greeting and closing."""
    return f"Hi {brief.first_name}," if brief.first_name else "Hello,", "Hope to see you soon."


def english_send(brief: Brief) -> tuple[str, list[str]]:
    """Subject and paragraphs of an invitation."""
    host = brief.favorite_hosts[0] if brief.favorite_hosts else None
    venue = brief.venues[0] if brief.venues else None
    if host:
        subject = f"Another evening with {host}?"
    else:
        subject = f"Back to {venue}?" if venue else "A table is waiting for you"
    return subject, [english_past(host, venue), english_taste(brief), english_next(brief)]


def english_past(host: str | None, venue: str | None) -> str:
    """What was, in one sentence; empty when nothing is known."""
    if host and venue:
        return f"It was good to have you at {venue} with {host}, and we would love to see you again."
    if host or venue:
        return f"It was good to have you with us at {venue or f'an evening with {host}'}."
    return ""


def english_taste(brief: Brief) -> str:
    """What they like, in one sentence; empty when nothing is known."""
    if not brief.interests:
        return ""
    return f"We remember that you like {listed(brief.interests)}, and we are planning with that in mind."


def english_next(brief: Brief) -> str:
    """What comes, or an invitation to answer."""
    if brief.upcoming_events:
        return f"You are on the list for {listed(brief.upcoming_events)}. We look forward to it."
    return "Shall we keep a place for you at one of our next tables? A short reply is enough."


def english_ask(brief: Brief) -> tuple[str, list[str]]:
    """Subject and paragraphs of a question."""
    question = brief.question or "What would make an evening perfect for you?"
    return "One quick question", [
        "We would like to find evenings that suit you, and we know too little about you yet.",
        question,
        "A short reply to this mail is enough.",
    ]


def japanese_frame(brief: Brief) -> tuple[str, str]:
    """Greeting and closing."""
    greeting = f"{brief.first_name}さん、こんにちは。" if brief.first_name else "こんにちは。"
    return greeting, "またお会いできるのを楽しみにしております。"


def japanese_send(brief: Brief) -> tuple[str, list[str]]:
    """Subject and paragraphs of an invitation."""
    host = brief.favorite_hosts[0] if brief.favorite_hosts else None
    venue = brief.venues[0] if brief.venues else None
    if host:
        subject = f"{host}との次の夜はいかがですか"
    else:
        subject = f"{venue}でまたお会いしませんか" if venue else "お席をご用意してお待ちしています"
    return subject, [japanese_past(host, venue), japanese_taste(brief), japanese_next(brief)]


def japanese_past(host: str | None, venue: str | None) -> str:
    """What was, in one sentence; empty when nothing is known."""
    places = [f"{venue}" if venue else "", f"{host}の会" if host else ""]
    named = "での".join(part for part in places if part)
    return f"先日は{named}にご参加いただき、ありがとうございました。" if named else ""


def japanese_taste(brief: Brief) -> str:
    """What they like, in one sentence; empty when nothing is known."""
    if not brief.interests:
        return ""
    liked = "、".join(brief.interests[:MANY])
    return f"{liked}がお好きと伺っておりますので、それに合わせた会を準備しております。"


def japanese_next(brief: Brief) -> str:
    """What comes, or an invitation to answer."""
    if brief.upcoming_events:
        named = "、".join(f"「{name}」" for name in brief.upcoming_events[:MANY])
        return f"{named}のお席をご用意しております。当日を楽しみにしております。"
    return "次回のお席をお取りしてもよろしいでしょうか。短いお返事をいただければ十分です。"


def japanese_ask(brief: Brief) -> tuple[str, list[str]]:
    """Subject and paragraphs of a question."""
    return "ひとつだけ教えてください", [
        "より合った会をご案内するために、ひとつだけ質問させてください。",
        brief.question or "どのような会がお好みですか。",
        "このメールに短くお返事いただければ十分です。",
    ]


FRAMES: Mapping[Language, Callable[[Brief], tuple[str, str]]] = {"en": english_frame, "ja": japanese_frame}
PARTS: Mapping[tuple[Language, Verdict], Callable[[Brief], tuple[str, list[str]]]] = {
    ("en", "send"): english_send,
    ("en", "ask"): english_ask,
    ("ja", "send"): japanese_send,
    ("ja", "ask"): japanese_ask,
}
