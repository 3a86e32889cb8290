"""The unit tests of runtime/process."""
