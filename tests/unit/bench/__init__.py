"""The unit tests of the benches."""
