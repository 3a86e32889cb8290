"""A Kafka that accepts TLS with certificates and passwords only, and a TLS proxy for other services."""

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import cache, kafka_node
from deploy.embedded.child import Child
from deploy.embedded.failure import silent
from deploy.embedded.ports import HOST, choose, free_ports
from tests.certificates import Authority, Certified
from tests.integration.processes import HANG_SECONDS

USER, PASSWORD = "kairos", "an0ther-s3cret"
START_SECONDS = HANG_SECONDS
# later lines override earlier ones; the plain listener is for the readiness check
PROPERTIES = """\
listeners={plain},SASL://{host}:{sasl},TLS://{host}:{tls}
advertised.listeners={plain},SASL://{host}:{sasl},TLS://{host}:{tls}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_SSL,TLS:SSL
ssl.keystore.type=PEM
ssl.keystore.location={ours.both}
ssl.truststore.type=PEM
ssl.truststore.location={ca}
ssl.client.auth=required
listener.name.sasl.ssl.client.auth=required
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl.plain.sasl.jaas.config={module}.plain.PlainLoginModule required user_{user}="{password}";
listener.name.sasl.scram-sha-256.sasl.jaas.config={module}.scram.ScramLoginModule required;
listener.name.sasl.scram-sha-512.sasl.jaas.config={module}.scram.ScramLoginModule required;
"""


@dataclass(frozen=True)
class SecureKafka:
    """Its ports: `sasl` by SASL_SSL, `tls` by SSL; both require a certificate."""

    sasl: int
    tls: int

    @classmethod
    @contextmanager
    def start(cls, folder: Path, authority: Authority, ours: Certified) -> Iterator["SecureKafka"]:
        """Start one with its data in a folder and the login USER, PASSWORD; it ends with the block."""
        folder.mkdir(parents=True, exist_ok=True)
        java, ports = kafka_node.prepare(cache.home(), silent), choose(folder)
        addresses = cls(*free_ports(2))
        command = kafka_node.command(java, folder, ports)
        with Path(command[-1]).open("a", encoding="utf-8") as properties:
            properties.write(
                PROPERTIES.format(
                    host=HOST,
                    plain=f"PLAINTEXT://{HOST}:{ports['kafka']},CONTROLLER://{HOST}:{ports['controller']}",
                    sasl=addresses.sasl,
                    tls=addresses.tls,
                    ours=ours,
                    ca=authority.certificate,
                    module="org.apache.kafka.common.security",
                    user=USER,
                    password=PASSWORD,
                )
            )
        formatting = kafka_node.format_command(java, folder) or []
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
            formatting += ["--add-scram", f"{mechanism}=[name={USER},password={PASSWORD}]"]
        subprocess.run(formatting, check=True, capture_output=True)
        child = Child("Kafka with TLS", command, folder / "kafka.log")
        try:
            child.wait_until(lambda: kafka_node.is_ready(ports), START_SECONDS)
            yield addresses
        finally:
            child.stop(gently=False)

    def environment(self, protocol: str, mechanism: str = "", password: str = PASSWORD) -> dict[str, str]:
        """The settings of Kafka for a client, without certificates."""
        port = self.sasl if mechanism else self.tls
        settings = {"KAFKA_URL": f"kafka://{HOST}:{port}", "KAFKA_SECURITY_PROTOCOL": protocol}
        sasl = {
            "KAFKA_SASL_MECHANISM": mechanism,
            "KAFKA_SASL_USERNAME": USER,
            "KAFKA_SASL_PASSWORD": password,
        }
        return settings | (sasl if mechanism else {})


@contextmanager
def tls_proxy(port: int, authority: Authority, ours: Certified) -> Iterator[int]:
    """A port that accepts TLS from clients with a certificate, and forwards to another port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.certificate)
    context.load_cert_chain(ours.certificate, ours.key)
    context.verify_mode = ssl.CERT_REQUIRED
    loop = asyncio.new_event_loop()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            server_reader, server_writer = await asyncio.open_connection(HOST, port)
            await asyncio.gather(copy(reader, server_writer), copy(server_reader, writer))

    server = loop.run_until_complete(asyncio.start_server(accept, HOST, 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Forward bytes until the source ends."""
    with suppress(OSError):
        while data := await source.read(65_536):
            target.write(data)
            await target.drain()
    target.close()
