"""The unit tests of runtime/engine."""
