"""What may reach a terminal: names and texts of others, without the characters that steer it."""

import re

from rich.text import Text

STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all control characters but tab and newline


def safe(text: str = "", style: str = "") -> Text:
    """A text to print as it is: no markup, no escape sequences."""
    return Text(STEERING.sub("", text), style)
