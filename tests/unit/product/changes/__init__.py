"""The unit tests of product/changes."""
