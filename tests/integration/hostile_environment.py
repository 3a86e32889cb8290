"""An environment with settings of other programs and of a real product, none of which may be used."""

HOSTILE = {
    "KAFKA_URL": "kafka://127.0.0.1:1",
    "MONGO_URL": "nonsense",
    "REDIS_URL_FILE": "/nowhere/redis",
    "OPENAI_API_KEY": "sk-not-to-be-used",
    "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
    "KAIROS_PREFIX": "production-",
    "KAIROS_PARTITIONS": "none",
    "KAIROS_POLICY": "/nowhere/policy.toml",
    "KAIROS_SMTP_URL": "smtps://mail.production.example",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "HTTPS_PROXY": "http://127.0.0.1:1",
}
