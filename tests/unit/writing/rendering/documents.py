"""Reads the HTML of a mail as strictly as the standard allows."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"


def document(html: str) -> Element:
    """The tree of a document; fails on the first error of parsing."""
    root = html5lib.HTMLParser(strict=True).parse(html)
    assert isinstance(root, Element)
    return root


def elements(root: Element, name: str) -> list[Element]:
    """All elements with a name, in order."""
    return list(root.iter(f"{XHTML}{name}"))


def texts(element: Element) -> Iterator[str]:
    """The texts in an element that are not blank, in order; no comments."""
    return (text.strip() for text in visible(element) if text.strip())


def visible(element: Element) -> Iterator[str]:
    """All texts in an element but those of comments."""
    if isinstance(element.tag, str):
        yield element.text or ""
        for child in element:
            yield from visible(child)
            yield child.tail or ""


def hrefs(root: Element) -> list[str]:
    """Where the links of a document lead, in order."""
    return [link.attrib["href"] for link in elements(root, "a")]
