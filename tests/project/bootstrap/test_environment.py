from pathlib import Path

import pytest

from tools.bootstrap import process
from tools.bootstrap.environment import DEV, RUNTIME, Environment
from tools.bootstrap.errors import CommandFailed
from tools.bootstrap.main import chosen_cmake_args
from tools.bootstrap.places import Places, python_in
from tools.bootstrap.report import Report

WHEEL = Path("llama.whl")


class Machine:
    """Stands in for the programs that fill an environment; `fails_at` is the word in the one that breaks."""

    def __init__(self, venv: Path) -> None:
        self.venv = venv
        self.fails_at = ""
        self.steps: list[str] = []

    def run(self, what: str, command: list[str | Path], log: Path, **env: str) -> None:
        self.steps.append(what)
        if self.fails_at and self.fails_at in what:
            raise CommandFailed(what, log, [])
        if "venv" in command:
            python_in(self.venv).parent.mkdir(parents=True)
            python_in(self.venv).touch()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(root=tmp_path, cache=tmp_path / "cache")
    places.lock_file(RUNTIME).parent.mkdir()
    places.lock_file(RUNTIME).write_text("one==1\n")
    places.lock_file(DEV).write_text("one==1\ntwo==2\n")
    places.lock_file("starter").write_text("three==3\n")
    (tmp_path / "requirements" / "torch.in").write_text("torch==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return places


@pytest.fixture
def machine(places: Places, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(places.venv)
    monkeypatch.setattr(process, "run", machine.run)
    return machine


def _install(places: Places, profile: str, key: str = "key") -> Environment:
    environment = Environment(places, key)
    environment.install_packages(profile, WHEEL, Report())
    environment.install_project(Report())
    return environment


@pytest.mark.usefixtures("machine")
def test_what_is_installed_is_known_afterwards(places: Places) -> None:
    assert not Environment(places, "key").has_packages(RUNTIME)
    _install(places, RUNTIME)
    again = Environment(places, "key")
    assert again.has_packages(RUNTIME)
    assert again.has_project()
    assert not again.has_packages(DEV)


@pytest.mark.usefixtures("machine")
def test_a_development_environment_can_run(places: Places) -> None:
    assert _install(places, DEV).has_packages(RUNTIME)


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("changed", ["lock", "wheel", "interpreter"])
def test_a_change_asks_for_a_new_environment(places: Places, changed: str) -> None:
    _install(places, RUNTIME)
    if changed == "lock":
        places.lock_file(RUNTIME).write_text("one==2\n")
    elif changed == "interpreter":
        python_in(places.venv).unlink()
    assert not Environment(places, "other" if changed == "wheel" else "key").has_packages(RUNTIME)


@pytest.mark.parametrize("step", ["virtual environment", "lock", "llama-cpp-python", "Loading"])
def test_half_an_environment_counts_for_nothing(places: Places, machine: Machine, step: str) -> None:
    _install(places, RUNTIME)
    machine.fails_at = step
    with pytest.raises(Exception, match="failed"):
        _install(places, RUNTIME)
    environment = Environment(places, "key")
    assert not environment.has_packages(RUNTIME)
    assert not environment.has_project()


def test_half_an_installation_of_the_project_is_repeated_alone(places: Places, machine: Machine) -> None:
    environment = _install(places, RUNTIME)
    machine.fails_at = "Minerva"
    with pytest.raises(CommandFailed):
        environment.install_project(Report())
    assert environment.has_packages(RUNTIME)
    assert not environment.has_project()


def test_cmake_args_are_remembered_until_they_are_named_again(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    assert chosen_cmake_args(places) == ""
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=on")
    assert chosen_cmake_args(places) == "-DGGML_CUDA=on"
    monkeypatch.delenv("CMAKE_ARGS")
    assert chosen_cmake_args(places) == "-DGGML_CUDA=on"
    monkeypatch.setenv("CMAKE_ARGS", "")
    assert chosen_cmake_args(places) == ""


def test_what_trains_the_starter_model_comes_on_top(places: Places, machine: Machine) -> None:
    environment = _install(places, DEV)
    assert not environment.has_starter()
    machine.fails_at = "PyTorch"
    with pytest.raises(CommandFailed):
        environment.install_starter(Report())
    assert not environment.has_starter()
    machine.fails_at = ""
    environment.install_starter(Report())
    assert environment.has_starter()
    assert environment.has_packages(DEV)


@pytest.mark.usefixtures("machine")
def test_another_pytorch_is_installed_anew(places: Places) -> None:
    environment = _install(places, DEV)
    environment.install_starter(Report())
    (places.root / "requirements" / "torch.in").write_text("torch==2\n")
    assert not environment.has_starter()
    assert environment.has_packages(DEV)
