"""The unit tests of people/profile."""
