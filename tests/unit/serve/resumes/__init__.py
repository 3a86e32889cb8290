"""The unit tests of résumés."""
