"""The stand-in for Airtable."""

from deploy.embedded.airtable.service import BASE
from deploy.embedded.stand_in_node import StandInNode

VARIABLES = {"AIRTABLE_TOKEN": "stand-in", "AIRTABLE_BASE": BASE}  # any token would do
NODE = StandInNode("airtable", seconds=10.0)
