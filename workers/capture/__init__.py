"""What changed? Reads the collections of a product and keeps the document topics equal to them."""
