"""What a product's data look like: which collections and fields feed us, and how their documents are read."""
