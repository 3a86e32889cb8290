"""The unit tests of route."""
