"""The unit tests of topics."""
