"""Reads the documents of a product in every state that real databases hold: `read(User, raw)`.

What has one meaning is read, what has none is left out with a note. Whatever a JSON object holds, reading
it gives a document.
"""

from workers.product.reading.document import read

__all__ = ["read"]
