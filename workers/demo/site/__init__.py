"""The made-up product's job site: pages that use Kairos as any product would, through its script and feed."""
