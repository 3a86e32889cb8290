"""The demo: a made-up product, the fleet on services of its own, and what happens shown in the terminal."""
