"""Asks Airtable: a pace that all processes share, requests that are made again, and one table of a base."""
