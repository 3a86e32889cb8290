"""The unit tests of people/batch."""
