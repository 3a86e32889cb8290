"""The unit tests of schemas."""
