"""The unit tests of deploy."""
