"""The unit tests of capture."""
