"""The unit tests of serve."""
