"""Follows tables of Airtable, and keeps their document topics equal to them."""
