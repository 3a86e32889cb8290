"""The product's data: which collections and fields feed the document topics, and how documents are read."""
