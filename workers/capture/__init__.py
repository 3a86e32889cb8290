"""Worker `capture`: reads the collections of a product and keeps the document topics equal to them."""
