"""The unit tests of product/reading."""
