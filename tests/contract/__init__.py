"""The contracts between the parts: the catalogue, the examples, the snapshots, the README."""
