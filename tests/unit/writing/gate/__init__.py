"""The unit tests of the gate that every text passes."""
