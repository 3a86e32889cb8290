"""The tracking script as it is shipped: its source without comments and white space. Pure, but for `main`."""

import re
import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("static")
SOURCE: Final = FOLDER / "behavioral_tracking.source.js"
SHIPPED: Final = FOLDER / "behavioral_tracking.js"
LONGEST: Final = 4096  # bytes
NOTICE: Final = "// Kairos, from behavioral_tracking.source.js\n"

# a string, a comment to the end of the line, or white space with what stands beside it
_TOKEN: Final = re.compile(r"""'[^'\n]*'|"[^"\n]*"|`[^`]*`|//[^\n]*|\s+""")


def without_white_space(source: str) -> str:
    """A script without comments and without the white space that no two words need between them.

    The source follows the conventions that its head names.
    """
    text = ""
    position = 0
    for token in _TOKEN.finditer(source):
        text += source[position : token.start()]
        position = token.end()
        if token[0].startswith("//"):
            continue
        if not token[0].isspace():
            text += token[0]
        elif _is_word(text[-1:]) and _is_word(source[position : position + 1]):
            text += " "
    text += source[position:]
    return re.sub(r"\bconst ", "let ", text.replace(";}", "}"))


def _is_word(character: str) -> bool:
    return character.isalnum() or character in {"_", "$"}


def shipped() -> str:
    """The text of the file that is shipped."""
    return NOTICE + without_white_space(SOURCE.read_text("utf-8")) + "\n"


def main() -> None:
    """Write the file that is shipped; ends with an error when it is longer than LONGEST bytes."""
    text = shipped()
    SHIPPED.write_text(text, "utf-8")
    if len(text.encode()) > LONGEST:
        sys.exit(f"{SHIPPED.name} has {len(text.encode())} bytes, more than {LONGEST}")


if __name__ == "__main__":
    main()
