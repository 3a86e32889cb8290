"""Worker `jobs`: what people do with a job, and which other jobs the same people are interested in."""
