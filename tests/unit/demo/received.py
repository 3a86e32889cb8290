"""Mails as the demo's mail server receives them."""

from email.message import EmailMessage

from workers.demo.site.source import ReceivedMail

AT = 1_790_000_000_000
LINKS = "http://127.0.0.1:8600/l/"
TEXT = f"Hi Sarah,\nhttp://127.0.0.1:8500/ is our site.\n{LINKS}token.one\n{LINKS}token.two\n"
HTML = (
    '<!doctype html><html><head lang="en"><title>x</title></head>'
    "<body><script>alert(1)</script><p>Hi</p></body></html>"
)


def received(number: int = 1, to: str = "sarah.chen@email.com", **headers: str) -> ReceivedMail:
    """A mail with both parts; `headers` by name, `_` for `-`, empty for none."""
    message = EmailMessage()
    given = {
        "From": "Lantern Jobs <hello@lantern.example>",
        "To": to,
        "Subject": "Curry Workshop: will you join us?",
        "Content-Language": "en",
        "List-Unsubscribe": "<http://127.0.0.1:8600/unsubscribe/token>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    message.set_content(TEXT)
    message.add_alternative(HTML, subtype="html")  # takes headers of content with it
    for name, value in given.items():
        if value:
            message[name] = value
    return ReceivedMail(number, AT, to, message.as_bytes())
