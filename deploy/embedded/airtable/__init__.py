"""A stand-in for Airtable's Web API: records, schemas and webhooks, with its limits and faults on demand."""
