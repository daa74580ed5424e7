"""Build llama-server on the very library that Minerva runs on: `python -m benchmarks.llama_server`.

The source distribution of llama-cpp-python, at the version and hash of `requirements/llama.lock`, has all of llama.cpp
in it. Its server alone is compiled, and linked with libllama, ggml and the rest as set-up compiled and installed them:
both servers of a comparison then compute with the same file. Its web page is left out. All of it goes to
`build/llama-server`, which git ignores; what an interrupted run has made is used by the next one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import sysconfig
from pathlib import Path

from tools.bootstrap import process, toolchain, venv
from tools.bootstrap.errors import SetupError
from tools.bootstrap.places import Places, find_places, python_in
from tools.bootstrap.stamp import write_atomically
from tools.bootstrap.wheel import PACKAGE

FOLDER = Path("build") / "llama-server"
PROGRAM = "llama-server"
_PROJECT = """\
cmake_minimum_required(VERSION 3.21)
project(llama-server C CXX)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(BUILD_SHARED_LIBS OFF)
# What the library was built with: headers that are read twice have to say the same.
set(LLAMA_OPENSSL ON)
set(LLAMA_BUILD_COMMON ON)
set(LLAMA_BUILD_UI OFF)
set(LLAMA_USE_PREBUILT_UI OFF)
# The folders below find their neighbours from here.
set(PROJECT_SOURCE_DIR ${LLAMA_SOURCE})
# There these ask for warnings, and collect licences for a program that shows them.
function(llama_add_compile_flags)
endfunction()
function(license_add_file)
endfunction()
foreach(name ggml-base ggml-cpu ggml llama llama-common mtmd)
  find_library(found-${name} ${name} PATHS ${LLAMA_LIBRARIES} NO_DEFAULT_PATH REQUIRED)
  add_library(${name} SHARED IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${found-${name}})
endforeach()
add_subdirectory(${LLAMA_SOURCE}/vendor vendor)
target_include_directories(llama INTERFACE ${LLAMA_SOURCE}/include ${LLAMA_SOURCE}/ggml/include)
target_link_libraries(llama INTERFACE ggml ggml-cpu ggml-base)
target_include_directories(llama-common INTERFACE ${LLAMA_SOURCE}/common)
target_compile_definitions(llama-common INTERFACE LLAMA_SUBPROCESS)
target_compile_features(llama-common INTERFACE cxx_std_17)
target_link_libraries(llama-common INTERFACE llama vendor::nlohmann vendor::sheredom)
target_include_directories(mtmd INTERFACE ${LLAMA_SOURCE}/tools/mtmd)
target_link_libraries(mtmd INTERFACE llama)
add_subdirectory(${LLAMA_SOURCE}/tools/ui ui)
add_subdirectory(${LLAMA_SOURCE}/tools/server server)
"""
"""What llama.cpp's own project does for its server, with the libraries that are there instead of new ones."""


def main() -> None:
    """Build, and print where the program is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, help="compilers at once; unset: as ninja decides")
    options = parser.parse_args()
    places = find_places()
    try:
        toolchain.require_compiler()
        print(built(places) or _Build(places, options.jobs).run())
    except SetupError as error:
        raise SystemExit(str(error)) from error


def built(places: Places) -> Path | None:
    """Return the program, if it has been built in this checkout."""
    program = places.root / FOLDER / "cmake" / "bin" / PROGRAM
    return program if os.access(program, os.X_OK) else None


def _libraries() -> Path:
    """Return the folder of the libraries that set-up compiled, llama.cpp's common ones among them."""
    folder = Path(sysconfig.get_path("platlib")) / "lib"
    if not list(folder.glob("*llama-common*")):
        raise SetupError(f"There is no libllama-common in {folder}. Run make setup-dev, and this with its Python.")
    return folder


class _Build:
    """The build of one checkout."""

    def __init__(self, places: Places, jobs: int | None) -> None:
        self._places = places
        self._folder = places.root / FOLDER
        self._log = self._folder / "build.log"
        self._tools = self._folder / "tools"
        self._jobs = ["--parallel", str(jobs)] if jobs else []

    def run(self) -> Path:
        """Compile, and return the program."""
        libraries = _libraries()
        self._prepare_tools()
        source = self._prepare_source() / "vendor" / "llama.cpp"
        project, build = self._folder / "project", self._folder / "cmake"
        project.mkdir(exist_ok=True)
        write_atomically(project / "CMakeLists.txt", _PROJECT)
        self._say(f"Compiling {PROGRAM}: a few minutes on two cores; see {self._log}")
        flags = ["-DCMAKE_BUILD_TYPE=Release", f"-DLLAMA_SOURCE={source}", f"-DLLAMA_LIBRARIES={libraries}"]
        self._cmake("Configuring", "-S", project, "-B", build, "-G", "Ninja", *flags)
        self._cmake("Compiling", "--build", build, "--target", PROGRAM, *self._jobs)
        program = built(self._places)
        if program is None:
            raise SetupError(f"There is no {PROGRAM} in {build / 'bin'} after the build. See {self._log}")
        return program

    def _prepare_tools(self) -> None:
        """CMake and ninja, pinned, in an environment of their own, like set-up's."""
        if (self._tools / "complete").exists():
            return
        self._say("Fetching CMake and ninja")
        venv.create(self._tools, self._log)
        venv.install_locked(self._tools, self._places.lock_file("build"), self._log)
        (self._tools / "complete").touch()

    def _prepare_source(self) -> Path:
        """Return the unpacked source, fetched and checked against its hash."""
        source = self._folder / "source"
        if source.exists():
            return source
        self._say(f"Fetching the source of {PACKAGE}")
        download, unpacked = self._folder / "download", self._folder / "unpacked"
        venv.remove(download)
        venv.remove(unpacked)
        options = ["--no-deps", "--no-binary", PACKAGE, "--no-build-isolation", "--require-hashes"]
        lock = self._places.lock_file("llama")
        self._run("Fetching", python_in(self._tools), "-m", "pip", "download", *options, "-d", download, "-r", lock)
        (archive,) = download.glob("*.tar.gz")
        shutil.unpack_archive(archive, unpacked)
        (folder,) = unpacked.iterdir()
        folder.rename(source)
        venv.remove(download)
        venv.remove(unpacked)
        return source

    def _cmake(self, what: str, *arguments: str | Path) -> None:
        self._run(what, python_in(self._tools).parent / "cmake", *arguments)

    def _run(self, what: str, *command: str | Path) -> None:
        path = f"{python_in(self._tools).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        process.run(f"{what} {PROGRAM}", command, self._log, PATH=path)

    def _say(self, text: str) -> None:
        sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
