"""Reads the documents of a product in whatever form real databases hold them: `read(User, raw)`.

A value with one meaning is read; a value without a meaning is left out, with a note. Every JSON object
gives a document: reading never fails. forms.py tells which objects are no documents but another tool's form.
"""

from workers.product.reading.document import read

__all__ = ["read"]
