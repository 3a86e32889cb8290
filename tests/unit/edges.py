"""The files of a worker that do I/O, beside its stage.py and app.py, and what each does."""

EDGES = {
    "workers.capture.airtable.table_writer",  # writes documents
    "workers.capture.airtable.follower",  # Airtable, into Kafka
    "workers.capture.airtable.tables",  # the positions, and all followers
    "workers.capture.airtable.held",  # reads the topics
    "workers.capture.topic_scan",  # reads the topics
    "workers.capture.collection_scan",  # MongoDB
    "workers.capture.deletion_guard",  # what a snapshot may delete: the topics and MongoDB
    "workers.capture.server",  # MongoDB
    "workers.capture.server_clock",  # the database's clock
    "workers.capture.history_watch",  # MongoDB
    "workers.capture.document_writer",  # writes documents, and dead letters for those that cannot be mapped
    "workers.capture.failure",  # waits between attempts
    "workers.capture.change_stream",  # MongoDB
    "workers.capture.streaming",  # the change stream
    "workers.capture.other_positions",  # the stored positions
    "workers.capture.ownership",  # the group of capture
    "workers.capture.position",  # the stored position
    "workers.capture.progress",  # the place of a snapshot in it
    "workers.capture.session",  # snapshot, then stream
    "workers.capture.snapshot",  # the scan
    "workers.capture.snapshot_requests",  # follows the stored positions
    "workers.capture.snapshot_phase",  # its beginning, and the stream behind it
    "workers.capture.watermarks",  # writes watermarks
    "workers.deliver.known",  # topics in memory
    "workers.deliver.mail_server",  # SMTP
    "workers.deliver.deliverer",  # waits, and hands over
    "workers.deliver.places",  # waits
    "workers.deliver.server_absence",  # waits
    "workers.deliver.handed_over",  # a topic in memory
    "workers.deliver.bounce_mailbox",  # IMAP
    "workers.deliver.returns_reader",  # the mailbox, into Kafka
    "workers.mail.choosing",  # a thread
    "workers.mail.held_events",  # a topic in memory
    "workers.mail.held_scores",  # a topic in memory
    "workers.mail.invite_writer",  # the events, profiles, and the author
    "workers.mail.digest_writer",  # the board, profiles, and the author
    "workers.mail.letter_writer",  # profiles, and the author
    "workers.mail.mail_outcomes",  # metrics
    "workers.mail.measuring",  # metrics
    "workers.mail.stored_profiles",  # Redis
    "workers.mail.permissions",  # topics in memory
    "workers.mail",  # re-exports the library of workers/writing on access
    "workers.mail.engine.orchestrator",  # the clock, where no time is given
    "workers.writeback.consuming",  # Kafka
    "workers.writeback.airtable_messages",  # Airtable
    "workers.writeback.mongo_messages",  # MongoDB
    "workers.writeback.recorder",  # waits between attempts
    "workers.writing.author",  # two texts at once
    "workers.writing.bank_setting",  # the settings
    "workers.writing.bank_writing",  # waits
    "workers.writing.batch.api",  # OpenAI
    "workers.writing.batch.kept_batches",  # Redis
    "workers.writing.batch.lane",  # waits
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
    "workers.serve.unsubscribing.endpoints",  # HTTP, into Kafka
    "workers.serve.clicks.endpoints",  # HTTP
    "workers.serve.clicks.reports",  # into Kafka, and the clock of its limits
    "workers.serve.returns.endpoints",  # HTTP, into Kafka
    "workers.serve.answers.endpoints",  # HTTP, into Kafka
    "workers.serve.answers.given",  # Redis
    "workers.serve.programs.endpoints",  # HTTP, Redis, into Kafka
    "workers.board.board_tail",  # reads the topics
    "workers.board.live_board",  # is shared by threads
    "workers.board.openai_embedder",  # OpenAI
    "workers.serve.feed.person_texts",  # waits in threads
    "workers.serve.feed.profile_news",  # Redis
    "workers.writing.pace.fleet_limiter",  # Redis
    "workers.writing.pace.text_cache",  # waits; texts in Redis
}
