"""The stand-in for OpenAI."""

from deploy.embedded.stand_in_node import StandInNode

KEY = "stand-in"  # any would do
NODE = StandInNode("openai", seconds=5.0)
