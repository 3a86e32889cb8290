"""The text of a PDF, with bounds on everything that a PDF can make long. Pure.

What is read may be anything, so the size, the pages, the text, what is unpacked, and the calls of functions
that the reading takes are bounded. A bound on calls ends the reading of the same file at the same place on
every machine; a million take about a second.
"""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from workers.product.reading.values import UnreadableError, encodable

MAX_BYTES = 5_000_000
MAX_PAGES = 10  # the first ones
MAX_UNPACKED = 10_000_000  # bytes of one stream
LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": MAX_UNPACKED,
    "lzw_maximum_output_length": MAX_UNPACKED,
    "run_length_maximum_output_length": MAX_UNPACKED,
    "array_based_stream_maximum_output_length": MAX_UNPACKED,
    "maximum_declared_stream_length": MAX_UNPACKED,
    "stream_decoding_work_maximum_length": 2 * MAX_UNPACKED,
    "stream_parsing_work_maximum_count": 200_000,
    "xform_maximum_invocations_per_extraction": 100,
    "jbig2dec_binary": None,  # no other program is started
}
MAX_CALLS = 1_500_000


class TooManyCalls(BaseException):
    """The reading took too long; no Exception, as the library catches those."""


def pdf_text(data: bytes, longest: int) -> str:
    """The text of the first pages, until it is longer than `longest` characters.

    Raises UnreadableError, with a reason for people, for what is no PDF, or none that can be read.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"is a PDF of {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    try:
        with limited_calls(MAX_CALLS):
            text = "\n\n".join(_pages(data, longest))
    except TooManyCalls:
        raise UnreadableError("is a PDF that takes too long to read") from None
    except UnreadableError:
        raise
    except (Exception, RecursionError) as error:  # the library raises whatever a broken file leads it to
        raise UnreadableError("is no PDF that can be read") from error
    text = encodable(text.replace("\0", "")).strip()
    if not text:
        raise UnreadableError("is a PDF without text")
    return text


def _pages(data: bytes, longest: int) -> Iterator[str]:
    from pypdf import PdfReader, apply_configuration  # only who reads a PDF pays for the import

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every oddity
    with apply_configuration(**LIMITS):
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError("is a PDF with a password")
        length = 0
        for _, page in zip(range(MAX_PAGES), reader.pages, strict=False):
            text = page.extract_text().strip()
            length += len(text)
            yield text
            if length > longest:
                return


@contextmanager
def limited_calls(most: int) -> Iterator[None]:
    """Within it this thread raises TooManyCalls at the call of a function after so many calls."""
    left = most

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooManyCalls

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
