"""The demo: a made-up product, the fleet on services of its own, and the results in the terminal."""
