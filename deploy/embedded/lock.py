"""Writes `jars.lock`: run `python -m deploy.embedded.lock` after a change of a version in this file."""

from deploy.embedded.jars import LOCK, sha256_of

SECTIONS = {
    "kafka": ("org.apache.kafka:kafka_2.13:4.1.0", "org.slf4j:slf4j-simple:2.0.17"),
    "mongo": ("de.bwaldvogel:mongo-java-server:1.47.0", "org.slf4j:slf4j-simple:2.0.17"),
    "compiler": ("org.eclipse.jdt:ecj:3.40.0",),
}
HEADER = "# group:artifact:version sha256 of every jar; written by `python -m deploy.embedded.lock`\n"


def main() -> None:
    """Resolve every section with jgo, download its jars, and write them with their checksums."""
    import jgo

    blocks = []
    for section, coordinates in SECTIONS.items():
        artifacts = jgo.resolve("+".join(coordinates))
        rows = {
            f"{a.groupId}:{a.artifactId}:{a.version} {sha256_of(a.resolve())}"
            for a in artifacts
            if a.packaging == "jar"
        }
        blocks.append(f"[{section}]\n" + "\n".join(sorted(rows)) + "\n")
    LOCK.write_text(HEADER + "\n" + "\n".join(blocks), "utf-8")


if __name__ == "__main__":
    main()
