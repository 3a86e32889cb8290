"""The DKIM signature of a message (RFC 6376, rsa-sha256, relaxed), in front of the other headers. Pure.

Headers are signed once more than they occur, so that nobody can put another From, Subject or List-Unsubscribe
in front of ours and keep the signature (oversigning).
"""

import re
from base64 import b64encode
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

LEAST_BITS = 1024
EOL = b"\r\n"
BLANKS = re.compile(rb"[ \t]+")
FOLDED = re.compile(rb"\r\n(?=[ \t])")
COLUMNS = 72
# all of these once more than they occur, whether they do or not
SIGNED = (
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post",
    "List-Id", "Feedback-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
)  # fmt: skip
SIGNED_NAMES = {name: name.lower().encode() for name in SIGNED}


class DkimKey(NamedTuple):
    """The key of a domain, under the selector at which its public half stands in the DNS."""

    domain: str
    selector: str
    key: RSAPrivateKey


def read_key(pem: str) -> RSAPrivateKey:
    """The RSA key in a PEM text; ValueError for anything else, which never tells the text."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("must be a private key of RSA in PEM, without a password") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise ValueError(f"must be a key of RSA with at least {LEAST_BITS} bits")
    return key


def signed(raw: bytes, key: DkimKey, at: int) -> bytes:
    """A message with its signature in front; lines end by CRLF. `at` is the time (epoch milliseconds)."""
    head, _, body = raw.partition(EOL * 2)
    headers: dict[bytes, list[bytes]] = {name: [] for name in SIGNED_NAMES.values()}
    for line in FOLDED.sub(b"", head).split(EOL):
        headers.get(line.partition(b":")[0].lower(), []).append(line)
    names = [each for each, name in SIGNED_NAMES.items() for _ in range(len(headers[name]) + 1)]
    body_hash = b64encode(sha256(relaxed_body(body)).digest()).decode()
    tags = (
        "v=1", "a=rsa-sha256", "c=relaxed/relaxed", f"d={key.domain}", f"s={key.selector}", f"t={at // 1000}",
        f"h={':'.join(names)}", f"bh={body_hash}", "b=",
    )  # fmt: skip
    unsigned = f"DKIM-Signature: {folded_tags(tags)}".encode("ascii")
    # of a header that stands twice the last one comes first
    given = [relaxed_header(line) for name in SIGNED_NAMES.values() for line in reversed(headers[name])]
    text = b"".join(line + EOL for line in given) + relaxed_header(FOLDED.sub(b"", unsigned))
    signature = b64encode(key.key.sign(text, PKCS1v15(), SHA256())).decode()
    pieces = [signature[start : start + COLUMNS] for start in range(0, len(signature), COLUMNS)]
    return unsigned + "\r\n ".join(pieces).encode("ascii") + EOL + raw


def folded_tags(tags: tuple[str, ...]) -> str:
    """Tags, each in a line of its own; the list of headers is cut behind colons."""
    lines = []
    for tag in tags:
        while len(tag) > COLUMNS and ":" in tag[:COLUMNS]:
            cut = tag.rindex(":", 0, COLUMNS) + 1
            lines.append(tag[:cut])
            tag = tag[cut:]
        lines.append(tag if tag == tags[-1] else f"{tag};")
    return "\r\n ".join(lines)


def relaxed_header(line: bytes) -> bytes:
    """An unfolded header in the relaxed form, without the end of its line."""
    name, _, value = line.partition(b":")
    return name.strip().lower() + b":" + BLANKS.sub(b" ", value).strip(b" \t")


def relaxed_body(body: bytes) -> bytes:
    """A body in the relaxed form."""
    text = body.replace(b"\t", b" ")
    while b"  " in text:  # a tenth of the time of a pattern
        text = text.replace(b"  ", b" ")
    text = text.replace(b" " + EOL, EOL).removesuffix(b" ")
    end = len(text)
    while text.endswith(EOL, 0, end):
        end -= len(EOL)
    return text[:end] + EOL if end else b""
