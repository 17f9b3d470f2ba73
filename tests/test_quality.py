"""What review would otherwise have to look for: lint, types, import directions, sizes, packaging, documents."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("marketwatch", "store", "tui")


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
    ],
    ids=lambda command: " ".join(command),
)
def test_tools_are_content(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_imports_go_one_way() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import marketwatch.cli", {"textual", "httpx", "feedparser", "sqlmodel", "rich", "marketwatch.domain"}),
        ("import marketwatch.pipeline, marketwatch.extract, store", {"textual", "tui"}),
        (
            "import marketwatch.commands.poll",
            {
                "textual",
                "rich",
                "pygments",
                "click",
                "feedparser",
                "lxml",
                "pebble",
                "trafilatura",
                "numpy",
                "marketwatch.extract",
            },
        ),
        ("import marketwatch.extract", {"httpx", "sqlmodel", "sqlite3", "textual"}),
        ("import tui.app", {"httpx", "feedparser", "sqlmodel", "lxml", "trafilatura"}),
    ],
)
def test_what_a_module_does_not_load(code: str, absent: set[str]) -> None:
    check = f"import sys; {code}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not absent & set(done.stdout.split())


def test_modules_and_functions_stay_short() -> None:
    long_modules = [str(path) for path in modules() if len(path.read_text().splitlines()) > 400]
    assert long_modules == []
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [(path, node) for path in modules() for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, functions)]
    too_long = [f"{path.name}:{node.name}" for path, node in nodes if (node.end_lineno or 0) - node.lineno > 80]
    assert too_long == []


def test_public_modules_and_classes_say_what_they_are() -> None:
    silent = []
    for path in modules():
        tree = ast.parse(path.read_text())
        if tree.body and not ast.get_docstring(tree) and path.name != "__main__.py":
            silent.append(str(path))
    assert silent == []


def test_no_other_distribution_claims_our_packages() -> None:
    claims = {}
    for distribution in distributions():
        name = distribution.metadata["Name"]
        for file in distribution.files or ():
            if file.parts and file.parts[0] in PACKAGES and name != "smartphone-marketwatch":
                claims[name] = str(file)
    assert claims == {}


def test_the_distribution_is_not_called_like_the_taken_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["name"] != "marketwatch"
    assert project["scripts"] == {"marketwatch": "marketwatch.cli:main"}


def test_constraints_are_names_and_versions_only() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._+!-]+", line) for line in lines)
    names = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [re.split(r"[<>=!]", one)[0].lower().replace("_", "-") for one in project["dependencies"]]
    assert set(wanted) <= names


def test_documents_name_what_exists() -> None:
    text = (ROOT / "README.md").read_text() + (ROOT / "DEVELOPING.md").read_text()
    for path in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"python (benchmarks/\w+\.py)", text):
        assert (ROOT / path).exists(), path
    usage = subprocess.run(
        [sys.executable, "-m", "marketwatch", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for command in re.findall(r"^marketwatch (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE):
        assert re.search(rf"^ +{command} ", usage, re.MULTILINE), command


def test_every_query_field_is_in_the_help() -> None:
    from marketwatch.query import FIELDS
    from tui.screens.help import help_text

    text = help_text({}).plain
    assert all(f"{name}:" in text for name in FIELDS)


def test_no_module_of_the_dashboard_reads_markup() -> None:
    """Outside text is rendered as Text or with markup off, never as markup."""
    for path in sorted((ROOT / "tui").rglob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
                "Static",
                "notify",
                "Label",
            ):
                plain = any(
                    k.arg == "markup" and isinstance(k.value, ast.Constant) and k.value.value is False for k in node.keywords
                )
                constant = bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == "/"
                assert plain or constant, f"{path.name}:{node.lineno}"
