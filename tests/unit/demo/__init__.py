"""The unit tests of demo."""
