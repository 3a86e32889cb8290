"""The unit tests of runtime/kafka."""
