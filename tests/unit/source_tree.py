"""Our own Python files, parsed: what each imports, calls and defines."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("schemas", "topics", "workers", "deploy", "tests")
# folders of workers/ that are no workers: mapping, ranking, runtime, command line, demo, and evaluation
INFRASTRUCTURE = {"product", "recommend", "runtime", "commands", "demo", "evaluate", "board", "writing"}
WORKERS = {path.parent.name for path in (ROOT / "workers").glob("*/__init__.py")} - INFRASTRUCTURE


@dataclass(frozen=True)
class Source:
    """One file: its path under the root, and its name as a module."""

    path: Path

    @property
    def name(self) -> str:
        """`workers.people.stage`; a package is its folder."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def relative_path(self) -> str:
        """The path relative to the root."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        """The whole file."""
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The file, parsed."""
        return ast.parse(self.text, str(self.path))

    @cached_property
    def imports(self) -> frozenset[str]:
        """Every module that the file imports, at any depth; a name imported from a package may be one too."""
        return frozenset(name for node in ast.walk(self.tree) for name in imported(node))

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def kinds(self) -> Iterator[str]:
        """The names of all classes, and of the module's aliases of types (`Place = tuple[int, str]`)."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef):
                yield node.name
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if name[0].isupper() and not name.isupper():
                    yield name

    @cached_property
    def uses(self) -> tuple[tuple[int, str], ...]:
        """Every dotted name that is used, with its line: `os.environ`, `datetime.now`."""
        attributes = (node for node in ast.walk(self.tree) if isinstance(node, ast.Attribute))
        return tuple((node.lineno, ast.unparse(node)) for node in attributes)


def imported(node: ast.AST) -> Iterator[str]:
    """The modules that one statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        yield module
        yield from (f"{module}.{alias.name}" for alias in node.names)


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of ours, in order."""
    return tuple(Source(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))


def is_inside(name: str, *roots: str) -> bool:
    """Whether a module is one of the roots or inside one."""
    return any(name == root or name.startswith(f"{root}.") for root in roots)
