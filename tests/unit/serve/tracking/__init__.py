"""The unit tests of tracking."""
