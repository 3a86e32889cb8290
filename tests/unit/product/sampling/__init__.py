"""The unit tests of product/sampling."""
