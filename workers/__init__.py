"""The workers: one folder each; `runtime` is how the world is reached, `cli` is the command."""
