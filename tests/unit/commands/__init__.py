"""The unit tests of commands."""
