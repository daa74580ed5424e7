"""The source of llama-cpp-python, with all of llama.cpp in it, and what `native` adds to it."""

import shutil
from pathlib import Path

from tools.bootstrap import process, venv
from tools.bootstrap.errors import SetupError
from tools.bootstrap.places import Places
from tools.bootstrap.stamp import digest_of, digest_of_file

PACKAGE = "llama-cpp-python"
LLAMA_CPP = Path("vendor") / "llama.cpp"
_BESIDE_GGML = Path("ggml") / "src" / "ggml-cpu"


def fetch(places: Places, python: Path, folder: Path, log: Path) -> Path:
    """Return the unpacked source in `folder`, of the version and hash in `llama.lock`; `python` has pip."""
    download, unpacked = folder / "download", folder / "unpacked"
    venv.remove(download)
    venv.remove(unpacked)
    options = ["--no-deps", "--no-binary", PACKAGE, "--no-build-isolation", "--require-hashes"]
    lock = places.lock_file("llama")
    command: list[str | Path] = [python, "-m", "pip", "download", *options, "-d", download, "-r", lock]
    process.run(f"Fetching {PACKAGE}", command, log, PATH=venv.search_path(python))
    shutil.unpack_archive(only(download, "*.tar.gz"), unpacked)
    return only(unpacked, "*")


def add_native(places: Places, python: Path, source: Path, log: Path) -> None:
    """Put the files of `native` into llama.cpp and let it call them; `python` has patch-ng, which allows no fuzz."""
    llama_cpp = source / LLAMA_CPP
    for file in _native(places):
        if file.suffix == ".patch":
            patch = (python, "-m", "patch_ng", "-p1", "-d", llama_cpp, file)
            process.run(f"Applying {file.name} to llama.cpp", patch, log)
        else:
            shutil.copy(file, llama_cpp / _BESIDE_GGML)


def native_digest(places: Places) -> str:
    """Return a digest of all that `add_native` adds."""
    return digest_of(**{file.name: digest_of_file(file) for file in _native(places)})


def only(folder: Path, pattern: str) -> Path:
    """Return the one entry of `folder` that fits."""
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise SetupError(f"Expected one {pattern} in {folder}, found {len(found)}. Remove that folder and try again.")
    return found[0]


def _native(places: Places) -> list[Path]:
    files = sorted(file for file in places.native.glob("*") if file.suffix in {".cpp", ".h", ".patch"})
    if not files:
        raise SetupError(f"There is nothing in {places.native} to add to llama.cpp. Get all of Minerva's source again.")
    return files
