"""Laws that hold for whatever a product does, on generated products."""
