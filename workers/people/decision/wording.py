"""How numbers are said in reasons."""


def listed(count: int, what: str) -> str:
    """A number of things: 1 mail, 2 mails."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
