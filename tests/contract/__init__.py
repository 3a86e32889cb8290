"""What the parts promise each other: the catalogue, the examples, the snapshots."""
