"""Profiles of many people at once, from lists of documents, by the rules of the stream."""
