#!/usr/bin/env python3
"""Everything with Python 3.11+ and git alone: `python3 run.py` starts the dashboard, `python3 run.py test` the tests.

Each makes its own virtual environment under .venv/ at the first call and starts at once at the next: the environment is
made again only when pyproject.toml, constraints.txt or the Python changed.
"""

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
STAMP = "installed-from"


def main() -> int:
    if sys.version_info < (3, 11):
        print(f"run.py: Python 3.11 or newer is needed, this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    testing = sys.argv[1:2] == ["test"]
    python = environment("test" if testing else "run")
    if testing:
        import subprocess

        command = [str(python), "-m", "pytest", "-n", "auto", "--dist", "worksteal", *sys.argv[2:]]
        return subprocess.call(command, cwd=ROOT)
    # The dashboard takes the place of this process: signals and the terminal are its own.
    command = [str(python), "-m", "marketwatch", *sys.argv[1:]]
    if os.name == "nt":
        import subprocess

        return subprocess.call(command)
    os.execv(command[0], command)


def environment(name: str) -> Path:
    """Return the Python of an environment that holds what pyproject.toml asks for, made if need be."""
    folder = ROOT / ".venv" / name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = fingerprint()
    stamp = folder / STAMP
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    import shutil  # only the first call needs them
    import subprocess

    print(f"setting up {folder.relative_to(ROOT)} (once) ...", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.check_call([sys.executable, "-m", "venv", str(folder)])
    target = f"{ROOT}[test]" if name == "test" else str(ROOT)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    try:
        subprocess.check_call([*pip, "--constraint", str(ROOT / "constraints.txt"), "--editable", target])
    except subprocess.CalledProcessError:
        print("run.py: the packages could not be installed; is the package index reachable?", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        sys.exit(1)
    stamp.write_text(wanted)
    return python


def fingerprint() -> str:
    """Changes when the environment has to be made again."""
    digest = hashlib.sha256(f"{sys.version} {sys.prefix} {ROOT}".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
