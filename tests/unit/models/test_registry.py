from collections.abc import Callable
from pathlib import Path

import pytest

from minerva.core.errors import AmbiguousModelName, InvalidModelFile, InvalidRequest, ModelNotFound
from minerva.core.preset import ModelDefaults, Preset
from minerva.models.preset_files import DefaultsFiles, PresetFiles
from minerva.models.registry import Registry
from minerva.models.scan import ScanResult
from tests.unit.models.headers import LLAMA, gguf_bytes


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str], Path]:
    def write(name: str, data: bytes | None = None) -> Path:
        path = tmp_path / f"{name}.gguf"
        path.write_bytes(gguf_bytes() if data is None else data)
        return path

    return write


@pytest.fixture
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model as it would ship, in a folder of its own."""
    path = tmp_path_factory.mktemp("package") / "starter.gguf"
    path.write_bytes(gguf_bytes())
    return path


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, as its only item, of what runs under the test."""
    now = [100.0]
    monkeypatch.setattr("minerva.models.registry.monotonic", lambda: now[0])
    return now


def test_finds_by_name_and_default(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("one")
    put("two")
    registry = Registry([tmp_path], default="two")
    assert registry.find("one").name == "one"
    assert registry.find(None).name == "two"
    assert registry.find("").name == "two"


def test_latest_is_no_part_of_a_name(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("one")
    registry = Registry([tmp_path])
    for _ in range(2):
        # The second time it is known already.
        assert registry.find("one:latest").name == "one"
    put("bad", b"GGUF")
    with pytest.raises(InvalidModelFile):
        Registry([tmp_path]).find("bad:latest")


@pytest.mark.parametrize("others", [(), ("one",), ("one", "two"), ("starter",)])
def test_without_a_default_the_shipped_model_answers_whatever_else_there_is(
    tmp_path: Path, put: Callable[..., Path], shipped: Path, others: tuple[str, ...]
) -> None:
    for name in others:
        put(name)
    registry = Registry([tmp_path], shipped=shipped)
    for _ in range(2):  # the second time it is known
        assert registry.find(None) == registry.find("starter")
        assert registry.find(None).paths == (str(shipped),)


def test_a_default_goes_before_the_shipped_model(tmp_path: Path, put: Callable[..., Path], shipped: Path) -> None:
    put("one")
    assert Registry([tmp_path], "one", shipped=shipped).find(None).name == "one"
    with pytest.raises(ModelNotFound, match="'two'"):
        Registry([tmp_path], "two", shipped=shipped).find(None)


@pytest.mark.parametrize("names", [("one",), ("one", "two")])
def test_nothing_stands_in_for_a_shipped_model_that_is_missing(
    tmp_path: Path, put: Callable[..., Path], names: tuple[str, ...]
) -> None:
    for name in names:
        put(name)
    put("words", gguf_bytes(LLAMA, ()))
    with pytest.raises(InvalidRequest, match=", ".join(names)) as caught:
        Registry([tmp_path], shipped=tmp_path / "missing" / "starter.gguf").find(None)
    assert caught.value.param == "model"


def test_a_shipped_model_that_is_damaged_says_so(tmp_path: Path, put: Callable[..., Path], shipped: Path) -> None:
    put("one")
    shipped.write_bytes(gguf_bytes()[:-1])
    with pytest.raises(InvalidModelFile, match="truncated") as caught:
        Registry([tmp_path], shipped=shipped).find(None)
    assert caught.value.path == str(shipped)


def test_no_model_at_all(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="Put a GGUF file into"):
        Registry([tmp_path]).find(None)
    with pytest.raises(ModelNotFound):
        Registry([]).find("one")


def test_an_unknown_and_an_ambiguous_name(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("model-a")
    put("model-b")
    registry = Registry([tmp_path])
    with pytest.raises(ModelNotFound, match="Did you mean"):
        registry.find("modle-a")
    with pytest.raises(AmbiguousModelName):
        registry.find("model")


def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, put: Callable[..., Path]) -> None:
    put("cut", gguf_bytes()[:-1])
    put("words", gguf_bytes(LLAMA, ()))
    registry = Registry([tmp_path])
    with pytest.raises(InvalidModelFile, match="truncated"):
        registry.find("cut")
    with pytest.raises(ModelNotFound, match="a vocabulary without weights"):
        registry.find("words.gguf")


def test_a_new_file_is_seen_after_a_second(tmp_path: Path, put: Callable[..., Path], clock: list[float]) -> None:
    registry = Registry([tmp_path], cache_path=tmp_path / "scan")
    assert registry.list().models == ()
    put("one")
    clock[0] += 0.5
    assert registry.list().models == ()
    clock[0] += 0.6
    assert registry.find("one").name == "one"
    (tmp_path / "one.gguf").unlink()
    clock[0] += 1.1
    assert registry.list().models == ()


def test_a_known_name_needs_no_scan(
    tmp_path: Path, put: Callable[..., Path], clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("one")
    registry = Registry([tmp_path])
    found = registry.find("one")
    monkeypatch.setattr("minerva.models.registry.scan", lambda *_: ScanResult())
    clock[0] += 10
    assert registry.find("one") is found
    put("one", gguf_bytes({**LLAMA, "general.name": "Another"}))
    with pytest.raises(ModelNotFound):
        registry.find("one")


@pytest.fixture
def presets(tmp_path_factory: pytest.TempPathFactory) -> PresetFiles:
    return PresetFiles(tmp_path_factory.mktemp("presets"))


def test_a_preset_is_found_under_its_name_and_is_its_models_file(
    tmp_path: Path, put: Callable[..., Path], presets: PresetFiles
) -> None:
    put("one")
    preset = Preset(name="Mario", model="one", modified_s=5.0)
    presets.save(preset)
    registry = Registry([tmp_path], default="mario", presets=presets)
    file = registry.find("one")
    for name in ("mario", "MARIO:latest", None):
        assert registry.resolve(name) == (file, preset)
        assert registry.find(name) == file
    assert registry.resolve("one") == (file, None)
    entry = registry.entry("mario")
    assert (entry.name, entry.preset_of, entry.modified_s, entry.paths) == ("Mario", "one", 5.0, file.paths)
    assert registry.list() == ScanResult((entry, file))
    # It is there when it is saved and gone when it is deleted, at once.
    presets.delete("mario")
    assert registry.list() == ScanResult((file,))
    with pytest.raises(ModelNotFound):
        registry.find("mario")


def test_what_is_made_of_a_preset_of_the_shipped_model_is_the_persons_own(
    tmp_path: Path, shipped: Path, presets: PresetFiles
) -> None:
    presets.save(Preset(name="mine", model="starter"))
    registry = Registry([tmp_path], shipped=shipped, presets=presets)
    assert [(model.name, model.shipped) for model in registry.list().models] == [("mine", False), ("starter", True)]
    assert registry.entry("mine").preset_of == "starter"


def test_a_preset_whose_model_is_gone_says_so_and_no_other_stands_in(
    tmp_path: Path, put: Callable[..., Path], presets: PresetFiles
) -> None:
    put("one-more")
    presets.save(Preset(name="mario", model="one"))
    registry = Registry([tmp_path], presets=presets)
    assert registry.find("one").name == "one-more"
    with pytest.raises(ModelNotFound, match="'mario' is a preset of 'one', which is not here") as caught:
        registry.find("mario")
    assert caught.value.model == "mario"
    [fault] = registry.list().invalid
    assert (fault.path, "'one', which is not here" in fault.reason) == ("mario", True)


def test_a_preset_whose_model_got_a_longer_name_says_which_it_may_be(
    tmp_path: Path, put: Callable[..., Path], presets: PresetFiles
) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        put(f"{folder}/one")
    presets.save(Preset(name="mario", model="one"))
    with pytest.raises(ModelNotFound, match="not here; its file may be one of a/one, b/one now"):
        Registry([tmp_path], presets=presets).find("mario")


def test_an_entry_has_the_context_and_the_template_of_its_preset(
    tmp_path: Path, put: Callable[..., Path], presets: PresetFiles
) -> None:
    put("one", gguf_bytes(LLAMA))
    presets.save(Preset(name="short", model="one", context_length=9, template="{{ messages }}"))
    presets.save(Preset(name="plain", model="one"))
    registry = Registry([tmp_path], presets=presets)
    file = registry.find("one")
    assert (file.context_length, file.has_chat_template) == (LLAMA["llama.context_length"], False)
    short, plain = registry.entry("short"), registry.entry("plain")
    assert (short.context_length, short.has_chat_template, short.shape) == (9, True, file.shape)
    assert (plain.context_length, plain.has_chat_template) == (file.context_length, False)


def test_a_damaged_preset_is_no_model_and_says_why(
    tmp_path: Path, put: Callable[..., Path], presets: PresetFiles, tmp_path_factory: pytest.TempPathFactory
) -> None:
    put("one")
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "mario.json").write_text("{")
    registry = Registry([tmp_path], presets=PresetFiles(folder))
    assert [model.name for model in registry.list().models] == ["one"]
    assert [fault.path for fault in registry.list().invalid] == [str(folder / "mario.json")]
    with pytest.raises(InvalidModelFile, match=r"mario\.json"):
        registry.find("mario")


def test_a_model_is_asked_with_its_defaults_beneath_its_presets(
    tmp_path: Path, put: Callable[..., Path], presets: PresetFiles, tmp_path_factory: pytest.TempPathFactory
) -> None:
    put("one")
    put("two")
    folder = tmp_path_factory.mktemp("defaults")
    defaults = DefaultsFiles(folder)
    presets.save(Preset(name="mario", model="one", max_tokens=3))
    registry = Registry([tmp_path], presets=presets, defaults=defaults)
    assert registry.asked("one") == registry.resolve("one")
    assert registry.defaults(registry.find("one")) is None
    defaults.save(ModelDefaults(model="ONE", system="s", max_tokens=9))
    file, alone = registry.asked("one:latest")
    assert (file.name, alone) == ("one", Preset(name="one", model="one", system="s", max_tokens=9))
    _, beneath = registry.asked("mario")
    assert beneath == Preset(name="mario", model="one", system="s", max_tokens=3)
    # No other model has them, and a list shows the model as it is.
    assert registry.asked("two") == (registry.find("two"), None)
    assert registry.resolve("one") == (file, None)
    assert registry.list().invalid == ()


def test_defaults_that_cannot_be_used_are_told(
    tmp_path: Path, put: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    put("one")
    folder = tmp_path_factory.mktemp("defaults")
    (folder / "one.json").write_text("{")
    DefaultsFiles(folder).save(ModelDefaults(model="gone"))
    registry = Registry([tmp_path], defaults=DefaultsFiles(folder))
    assert [fault.path for fault in registry.list().invalid] == [str(folder / "one.json"), "gone"]
    with pytest.raises(InvalidModelFile, match=r"one\.json"):
        registry.asked("one")


def test_a_file_that_comes_changes_nothing_for_a_preset_of_its_name(
    tmp_path: Path, put: Callable[..., Path], presets: PresetFiles
) -> None:
    put("one")
    presets.save(Preset(name="two", model="one"))
    registry = Registry([tmp_path], presets=presets)
    path = put("two")
    assert registry.find("two").name == "one"
    found = registry.list()
    assert [(model.name, model.preset_of) for model in found.models] == [("one", None), ("two", "one")]
    assert [(fault.path, "rename" in fault.reason) for fault in found.invalid] == [(str(path), True)]


def test_a_slip_in_the_name_of_a_preset_is_seen(tmp_path: Path, put: Callable[..., Path], presets: PresetFiles) -> None:
    put("one")
    presets.save(Preset(name="mario", model="one"))
    with pytest.raises(ModelNotFound, match="Did you mean 'mario'"):
        Registry([tmp_path], presets=presets).find("maria")


def test_a_deleted_file_is_forgotten_at_once(tmp_path: Path, put: Callable[..., Path], clock: list[float]) -> None:
    path = put("one")
    registry = Registry([tmp_path])
    assert registry.find_exactly("ONE:latest") is not None
    assert registry.find_exactly("on") is None
    path.unlink()
    assert registry.find_exactly("one") is not None
    registry.forget()
    assert registry.find_exactly("one") is None
