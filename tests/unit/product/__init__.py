"""The unit tests of product."""
