"""A stand-in for OpenAI: responses, embeddings, files and batches, with faults on demand."""
