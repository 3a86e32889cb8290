"""The unit tests of mail."""
