"""What a mail client would turn into a link: addresses, and numbers of telephones."""

import re
import unicodedata

import tldextract

# the list of suffixes that the package carries: nothing is fetched
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True)
RESERVED = frozenset(
    ["example", "test", "invalid", "local", "localhost", "onion", "internal", "lan", "corp", "home", "arpa"]
)
# names that look like a host and are none: products, degrees, forms of companies
PRODUCTS = frozenset(
    [
        "asp.net",
        "vb.net",
        "ado.net",
        "ml.net",
        "node.js",
        "vue.js",
        "next.js",
        "nuxt.js",
        "react.js",
        "express.js",
        "three.js",
        "d3.js",
        "nest.js",
        "backbone.js",
        "ember.js",
        "chart.js",
        "p5.js",
        "socket.io",
        "b.sc",
        "m.sc",
        "co.ltd",
        "co.inc",
        "pty.ltd",
        "pvt.ltd",
    ]
)
HONORIFICS = frozenset(["mr", "mrs", "ms", "dr", "st", "prof", "jr", "sr", "no", "vol"])
SCHEME = re.compile(
    r"(?i)\b[a-z][a-z0-9+.-]{1,15}:/{1,2}|\b(?:mailto|tel|javascript|https?|hxxps?):|\bwww\b\s*\."
)
MAILBOX = re.compile(r"[\w.+-]\s?[@＠]\s?[\w-]+\s?\.\s?\w|[\w.+-]@\w", re.ASCII)
HOST = re.compile(r"(?:[^\W_][\w-]*\.)+[^\W_][\w-]*")
STOPPED_HOST = re.compile(r"(?<=[A-Za-z0-9])[。｡．](?=[a-z]{2})")
IP = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
SAID_HOST = re.compile(
    r"(?i)\w\s*[\[(（]?\s*\b(?:dot|d0t)\b\s*[\])）]?\s*(?:com|net|org|jp|co|io|info|biz)\b|ドット\s*(?:コム|ネット|ジェーピー)"
)
PHONE = re.compile(
    r"(?<![\d,.])(?:\+\s?\d(?:[ ().\-ー‐–]{0,2}\d){7,14}"
    r"|\(?0\d{0,4}\)?(?:[ ().\-ー‐–]{0,2}\d){8,10}"
    r"|(?:1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}"
    r"|(?:1[-. ])?8\d\d-[A-Z0-9]{3}-?[A-Z0-9]{4})(?![\d,])"
)
KANJI_PHONE = re.compile(r"[〇零](?:[-ー‐の]?[〇零一二三四五六七八九]){8,10}")
STREET = re.compile(
    r"〒\s?\d{3}-?\d{4}|\d+\s?(?:丁目|番地)|[市区町村][^\s\d]{1,10}\d+(?:-\d+){1,3}"
    r"|(?i:\b\d+ (?:[A-Za-z]+ ){1,3}(?:street|avenue|road|boulevard|st|ave|rd|blvd)\b)"
)


def first_link(text: str) -> str | None:
    """The first piece of a text that a mail client may turn into a link; None without any."""
    folded = unicodedata.normalize("NFKC", text)
    spoken = STOPPED_HOST.sub(".", text)
    for form in dict.fromkeys((text, folded, spoken)):
        found = _first_plain_link(form)
        if found is not None:
            return found
    return None


def _first_plain_link(text: str) -> str | None:
    for pattern in (SCHEME, MAILBOX, IP, SAID_HOST, PHONE, KANJI_PHONE, STREET):
        found = pattern.search(text)
        if found:
            return found.group()
    return next((host for host in HOST.findall(text) if is_host(host)), None)


def is_host(name: str) -> bool:
    """Whether a name with dots may be taken for a host; an abbreviation or a product is none."""
    if _suffixes(name).suffix and not name.isascii():
        return True
    labels = [label for label in _ascii_run(name).split(".") if label]
    if len(labels) < 2 or ".".join(labels).lower() in PRODUCTS or all(len(label) == 1 for label in labels):
        return False
    first, last = labels[0].lower(), labels[-1]
    if last.lower() in RESERVED:
        return True
    if last == "js" or last.isdigit() or (first in HONORIFICS and not last.islower()):
        return False
    # an unknown suffix in small letters may be a new one
    return bool(_suffixes(".".join(labels)).suffix) or (last.islower() and first not in HONORIFICS)


def _ascii_run(name: str) -> str:
    """A name up to the first Japanese character behind its last dot: 'evil.example株式会社' has a host."""
    head, _, tail = name.rpartition(".")
    run = re.match(r"[A-Za-z0-9-]*", tail)
    return f"{head}.{run.group() if run else ''}"
