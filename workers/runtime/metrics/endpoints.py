"""The server of a process's metrics."""

from prometheus_client import REGISTRY, start_http_server


def serve_metrics(port: int) -> int:
    """Serve /metrics on a port of every interface (0: a free one); returns the port."""
    server, _ = start_http_server(port, addr="0.0.0.0", registry=REGISTRY)
    return int(server.server_port)
