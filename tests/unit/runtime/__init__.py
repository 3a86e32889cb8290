"""The unit tests of runtime."""
