"""The unit tests of runtime/dead_letters."""
