"""The résumés that people give the job site: a file or a text becomes a record, or is refused."""
