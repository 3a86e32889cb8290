"""The files of a worker that do I/O, beside its stage.py and app.py, and what each does."""

EDGES = {
    "workers.capture.topic_scan",  # reads the topics
    "workers.capture.collection_scan",  # MongoDB
    "workers.capture.deletion_guard",  # what a snapshot may delete: the topics and MongoDB
    "workers.capture.server",  # MongoDB
    "workers.capture.server_clock",  # the database's clock
    "workers.capture.document_writer",  # writes documents, and dead letters for those that cannot be mapped
    "workers.capture.failure",  # waits between attempts
    "workers.capture.change_stream",  # MongoDB
    "workers.capture.streaming",  # the change stream
    "workers.capture.ownership",  # the group of capture
    "workers.capture.position",  # the stored position
    "workers.capture.progress",  # the place of a snapshot in it
    "workers.capture.session",  # snapshot, then stream
    "workers.capture.snapshot",  # the scan
    "workers.capture.watermarks",  # writes watermarks
    "workers.mail.gpt",  # OpenAI
    "workers.mail.digest_writer",  # the board, profiles, and the author
    "workers.mail.stored_profiles",  # Redis
    "workers.mail.permissions",  # topics in memory
    "workers.mail",  # re-exports the library of workers/writing on access
    "workers.writing.author",  # two texts at once
    "workers.writing.model_call",  # OpenAI
    "workers.writing.openai_client",  # OpenAI
    "workers.writing.service",  # OpenAI, Redis
    "workers.people",  # re-exports the loaders of workers/product on access
    "workers.people.batch.as_of",  # the clock, when no time is given
    "workers.route.watermark_service",  # Kafka
    "workers.serve.consuming",  # Kafka
    "workers.serve.topic_tail",  # Kafka, into Redis
    "workers.serve.dead_letters",  # the dead letters
    "workers.serve.read_model",  # Redis
    "workers.serve.http_server",  # the thread that answers HTTP
    "workers.serve.web",  # the routes, and the connection behind them
    "workers.serve.shared_writer",  # Kafka
    "workers.serve.direct",  # HTTP
    "workers.serve.prompt",  # waits
    "workers.serve.programs.mails",  # OpenAI, Redis
    "workers.serve.requests",  # HTTP, and the clock of its limits
    "workers.serve.resumes.endpoints",  # HTTP, into Kafka
    "workers.serve.tracking.endpoints",  # HTTP, into Kafka
    "workers.board.cached_embedder",  # vectors in Redis
    "workers.board.embedders",  # with Redis
    "workers.serve.feed.endpoints",  # HTTP, into Kafka
    "workers.serve.feed.feeds",  # profiles and lists in Redis
    "workers.serve.feed.lists",  # Redis
    "workers.serve.answers.endpoints",  # HTTP, into Kafka
    "workers.serve.answers.given",  # Redis
    "workers.serve.programs.endpoints",  # HTTP, Redis, into Kafka
    "workers.board.board_tail",  # reads the topics
    "workers.board.live_board",  # is shared by threads
    "workers.board.openai_embedder",  # OpenAI
    "workers.serve.feed.person_texts",  # waits in threads
    "workers.serve.feed.profile_news",  # Redis
    "workers.writing.pace.limiter",  # waits
    "workers.writing.pace.redis_scripts",  # Redis
    "workers.writing.pace.shared_log",  # Redis
    "workers.writing.pace.text_cache",  # waits; texts in Redis
}
