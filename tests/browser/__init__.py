"""The tracking script and the job site in a real browser."""
