"""The boards for Grafana: rows of plain data (`boards`), built into JSON (`python -m deploy.grafana`)."""
