"""How Kafka is reached: what a record is, who writes it, who reads it, and what a broker is asked."""
