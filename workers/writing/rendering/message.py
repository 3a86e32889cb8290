"""A mail as raw bytes: headers that no line wrap can damage, and the text in two forms.

The standard library folds Japanese subjects so that readers see other blanks than were written, and turns
long URLs in headers into encoded words; so the few lines that matter are written here.
"""

import quopri
import re
from base64 import b64encode, encodebytes
from collections.abc import Mapping
from hashlib import sha256

from workers.writing.rendering.page import MailPage, Sender
from workers.writing.rendering.printed import clean_line, is_uri

EOL = "\r\n"
WORD_BYTES = 45  # of one encoded word, so that it has 72 characters of the 75 that are allowed
LINE_COLUMNS, LONGEST_LINE = 76, 998
LONGEST_PLAIN_WORD = 66  # stands behind `Subject: ` in one line
HEADER_NAME = re.compile(r"[!-9;-~]+")
QUOTE = '"'
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
MAILBOX = re.compile(r"(?P<phrase>[^<>]*?)\s*(?P<address><[\x21-\x7e]+>)")
# a display name that may stand as it is: words of an atom's characters, or one quoted string
PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+|\"(?:[^\"\\]|\\.)*\"")
OPT_OUT = "List-Unsubscribe"
OURS = frozenset({"subject", "mime-version", "content-type", "content-transfer-encoding", "content-language"})


def encoded_subject(subject: str) -> str:
    """A text for a header by RFC 2047, in one line: as it is when it is plain ASCII, else words in base64.

    The words hold the whole text, so that no blank is lost between them: each at most 75 characters, cut
    between two characters, one blank after each. Controls, such as line breaks, raise ValueError.
    """
    if CONTROL.search(subject):
        raise ValueError("a header holds a control character")
    return subject if stays_plain(subject) else encoded_words("Subject", subject)


def encoded_words(name: str, text: str) -> str:
    """A text as encoded words, the first so short that it stands in one line with the name of its header."""
    columns = LINE_COLUMNS - len(f"{name}: ") - len("=?utf-8?b??=")
    first_bytes = min(WORD_BYTES, max(columns, 8) // 4 * 3)
    pieces = [bytearray()]
    for character in text:
        data = character.encode()
        if len(pieces[-1]) + len(data) > (WORD_BYTES if len(pieces) > 1 else first_bytes):
            pieces.append(bytearray())
        pieces[-1] += data
    return " ".join(f"=?utf-8?b?{b64encode(piece).decode()}?=" for piece in pieces)


def stays_plain(subject: str) -> bool:
    """Whether a text may stand in a header unencoded, and can be folded between its words."""
    longest = max(map(len, subject.split(" ")))
    return (
        subject.isascii()
        and "=?" not in subject
        and subject == subject.strip()
        and longest <= LONGEST_PLAIN_WORD
    )


def mime_message(page: MailPage, html: str, text: str, headers: Mapping[str, str]) -> bytes:
    """The message of a page, its parts `text` and `html`, its lines ended by CRLF.

    The subject is the page's, and so is List-Unsubscribe unless it is given; `headers` are all others but
    those of MIME, in their order. Only a subject and encoded words are folded. ValueError: a header of the
    page or of MIME, one that is set twice, that holds a control character, or that is longer than a line may
    be. The same input gives the same bytes.
    """
    boundary = f"=_{sha256(f'{text}{EOL}{html}'.encode()).hexdigest()[:24]}"
    if len({name.lower() for name in headers}) < len(headers):
        raise ValueError("a header is set twice")
    lines = [header_line(name, value) for name, value in with_opt_out(headers, page.sender).items()]
    lines += [
        folded_header("Subject", encoded_subject(clean_line(page.subject))),
        "MIME-Version: 1.0",
        f"Content-Language: {page.language}",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
    ]
    for kind, content in (("plain", text), ("html", html)):
        lines += [f"--{boundary}", body_part(kind, content, page.language)]
    lines += [f"--{boundary}--", ""]
    return EOL.join(lines).encode("ascii")


def with_opt_out(headers: Mapping[str, str], sender: Sender | None) -> dict[str, str]:
    """Headers, with one by which mail programs offer what the sender's block offers.

    It says nothing of one click (RFC 8058): the address is the same for everybody, so a request to it does
    not say whose it is.
    """
    url = sender.opt_out_url if sender else None
    is_given = any(name.lower() == OPT_OUT.lower() for name in headers)
    return dict(headers) if is_given or not is_uri(url) else {**headers, OPT_OUT: f"<{url}>"}


def body_part(kind: str, content: str, language: str) -> str:
    """A part `text/kind`, base64 for Japanese, quoted-printable for English: lines of at most 76 columns."""
    data = content.replace(EOL, "\n").replace("\r", "\n").encode()
    if language == "ja":
        encoding, body = "base64", encodebytes(data.replace(b"\n", b"\r\n"))
    else:
        encoding, body = "quoted-printable", quopri.encodestring(data)
    encoded = body.decode("ascii").replace("\n", EOL)
    return EOL.join(
        [
            f"Content-Type: text/{kind}; charset=utf-8",
            f"Content-Transfer-Encoding: {encoding}",
            "",
            encoded,
        ]
    )


def header_line(name: str, value: str) -> str:
    """A header that was handed over: ASCII as one line, letters of other alphabets as encoded words."""
    if not HEADER_NAME.fullmatch(name) or name.lower() in OURS:
        raise ValueError(f"the header {name!r} cannot be set")
    if CONTROL.search(value):
        raise ValueError(f"the header {name} holds a control character")
    is_plain_text = value.isascii() and "=?" not in value.split("<")[0]
    line = f"{name}: {with_plain_phrase(value)}" if is_plain_text else with_encoded_words(name, value)
    if len(line) > LONGEST_LINE:
        raise ValueError(f"the header {name} has {len(line)} characters, {LONGEST_LINE} are allowed")
    return line


def with_encoded_words(name: str, value: str) -> str:
    """A header whose value, or whose name before an address, has letters of other alphabets."""
    if "<" not in value:
        return folded_header(name, encoded_words(name, value))
    found = MAILBOX.fullmatch(value)
    if found is None:
        raise ValueError(f"the header {name} is no name with one address in ASCII")
    return folded_header(name, f"{encoded_words(name, found['phrase'].strip(QUOTE))} {found['address']}")


def with_plain_phrase(value: str) -> str:
    """`Name <address>` with the name quoted where it must be; any other value as it is."""
    found = MAILBOX.fullmatch(value)
    if found is None or not found["phrase"] or PHRASE.fullmatch(found["phrase"]):
        return value
    escaped = found["phrase"].replace("\\", "\\\\").replace(QUOTE, f"\\{QUOTE}")
    return f"{QUOTE}{escaped}{QUOTE} {found['address']}"


def folded_header(name: str, value: str) -> str:
    """A header in lines of at most 76 characters, broken in front of blanks; a longer word stays whole."""
    done, line = "", f"{name}:"
    for word in value.split(" "):
        if len(line) + 1 + len(word) > LINE_COLUMNS and line.strip() not in {"", f"{name}:"}:
            done, line = f"{done}{line}{EOL}", ""
        line += f" {word}"
    return done + line
