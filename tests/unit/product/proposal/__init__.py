"""The unit tests of product/proposal."""
