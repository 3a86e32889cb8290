"""Names and addresses of people: addresses normalised, names as given or made from an address."""

import re

LETTERS = re.compile(r"[^\W\d_]+")
CJK_FROM = (
    "\u2e80"  # scripts from here on write no space between the parts of a name, or the family name first
)


def normalise(address: str | None) -> str:
    """An address for comparisons: trimmed and in lower case; empty for None."""
    return address.strip().lower() if address else ""


def name_from_address(address: str | None) -> str | None:
    """`mike.jones@email.com` -> `Mike Jones`; None if the part before the @ has no letters."""
    local = normalise(address).partition("@")[0].partition("+")[0]
    return " ".join(part.capitalize() for part in LETTERS.findall(local)) or None


def full_name(name: str | None, address: str | None) -> str | None:
    """The given name, with single spaces, else a name made from the address."""
    return " ".join(name.split()) if name and name.strip() else name_from_address(address)


def first_name(name: str | None, address: str | None) -> str | None:
    """The name in a greeting: the first word of the name, or the whole name in an East Asian script."""
    full = full_name(name, address)
    if full is None or max(full) >= CJK_FROM:
        return full
    return full.split()[0]
