"""The unit tests of cost and pace."""
