"""Real Apache Kafka, a MongoDB-protocol server with change streams, Redis, and a stand-in for OpenAI.

    with Services.start() as services:
        MongoClient(services.mongo_url)

All of them are from packages alone: no Docker and no system Java is needed. Every service listens on
127.0.0.1, keeps its data under one folder and ends with the process that started it, in whatever way.
"""

from deploy.embedded.failure import ServicesError
from deploy.embedded.services import Services

__all__ = ["Services", "ServicesError"]
