"""The unit tests of people."""
