"""The unit tests of runtime/runner."""
