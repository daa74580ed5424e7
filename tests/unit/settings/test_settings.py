from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from minerva.core import log
from minerva.core.errors import SettingsError
from minerva.core.model import LoadOptions
from minerva.settings import schema
from minerva.settings.keys import keys
from minerva.settings.schema import EngineSettings, Settings
from minerva.settings.settings import load_settings, model_folders, resolve
from minerva.settings.sources import Given


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment in which no settings file of this machine is seen."""
    return {"MINERVA_HOME": str(tmp_path)}


def write(home: dict[str, str], text: str) -> Path:
    path = Path(home["MINERVA_HOME"]) / "minerva.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(home: dict[str, str], text: str = "") -> SettingsError:
    if text:
        write(home, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(environ=home)
    return caught.value


def test_with_nothing_given_everything_is_its_default(home: dict[str, str]) -> None:
    resolved = resolve(environ=home)
    assert resolved.settings == Settings()
    assert set(resolved.sources.values()) == {"default"}
    assert resolved.file is None


def test_flags_win_over_environment_over_file_over_default(home: dict[str, str]) -> None:
    path = write(home, '[server]\nhost = "h1"\nport = 1\ndrain_s = 1\n')
    home |= {"MINERVA_SERVER_PORT": "2", "MINERVA_SERVER_DRAIN_S": "2"}
    resolved = resolve(environ=home, flags=[Given("server.drain_s", 3, "--drain")])
    server = resolved.settings.server
    assert (server.host, server.port, server.drain_s, server.api_key) == ("h1", 2, 3, None)
    assert resolved.sources["server.host"] == f"{path} line 2"
    assert resolved.sources["server.port"] == "MINERVA_SERVER_PORT"
    assert resolved.sources["server.drain_s"] == "--drain"
    assert resolved.sources["server.api_key"] == "default"


def test_a_named_file_is_read_instead_and_must_be_there(home: dict[str, str], tmp_path: Path) -> None:
    write(home, "[server]\nport = 1\n")
    other = tmp_path / "other.toml"
    other.write_text("[server]\nport = 9\n")
    assert load_settings(other, environ=home).server.port == 9
    assert load_settings(environ=home | {"MINERVA_CONFIG": str(other)}).server.port == 9
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read"):
        load_settings(tmp_path / "nowhere.toml", environ=home)
    with pytest.raises(SettingsError, match="MINERVA_CONFIG names"):
        load_settings(environ=home | {"MINERVA_CONFIG": str(tmp_path / "nowhere.toml")})


def test_durations_and_sizes_are_read_in_file_and_environment(home: dict[str, str]) -> None:
    write(home, '[pool]\nkeep_alive = "1h"\nmemory_limit = "4GiB"\n[engine]\nstep_target_s = "100ms"\n')
    home |= {"MINERVA_SERVER_TIMEOUT_S": "2m", "MINERVA_SERVER_BODY_LIMIT": "1MiB"}
    home |= {"MINERVA_SERVER_QUEUE_TIMEOUT_S": "500ms"}
    settings = load_settings(environ=home)
    assert settings.pool.keep_alive_s == 3600
    assert settings.pool.memory_limit_bytes == 4 * 2**30
    assert settings.engine.step_target_s == pytest.approx(0.1)
    assert settings.server.timeout_s == 120
    assert settings.server.queue_timeout_s == pytest.approx(0.5)
    assert settings.server.body_limit_bytes == 2**20


def test_for_ever_is_minus_one(home: dict[str, str]) -> None:
    assert load_settings(environ=home | {"MINERVA_POOL_KEEP_ALIVE": "-1"}).pool.keep_alive_s == -1


def test_auto_takes_a_setting_back(home: dict[str, str]) -> None:
    write(home, "[engine]\nthreads = 3\nflash_attention = true\n")
    home |= {"MINERVA_ENGINE_THREADS": "auto"}
    engine = load_settings(environ=home).engine
    assert engine.threads is None
    assert engine.flash_attention is True


def test_folders_start_from_where_they_were_written(home: dict[str, str], tmp_path: Path) -> None:
    path = write(home, f'[models]\nfolders = ["near", "{(tmp_path / "abs").as_posix()}", "~/far"]\n')
    expected = (str(path.parent / "near"), str(tmp_path / "abs"), str(Path("~/far").expanduser()))
    assert load_settings(environ=home).models.folders == expected
    home["MINERVA_MODELS"] = os.pathsep.join(["one", "two"])
    assert load_settings(environ=home).models.folders == (str(Path.cwd() / "one"), str(Path.cwd() / "two"))


def test_a_table_of_files_starts_from_where_it_was_written(home: dict[str, str], tmp_path: Path) -> None:
    path = write(home, '[models.chat_templates]\n"qwen2.5" = "a.jinja"\nother = "/abs/b.jinja"\n')
    expected = {"qwen2.5": str(path.parent / "a.jinja"), "other": "/abs/b.jinja"}
    assert load_settings(environ=home).models.chat_templates == expected
    home["MINERVA_MODELS_CHAT_TEMPLATES"] = os.pathsep.join(["qwen2.5=c.jinja", "x = d=e.jinja"])
    expected = {"qwen2.5": str(Path.cwd() / "c.jinja"), "x": str(Path.cwd() / "d=e.jinja")}
    assert load_settings(environ=home).models.chat_templates == expected


def test_models_are_looked_for_in_the_data_folder_unless_told(home: dict[str, str], tmp_path: Path) -> None:
    assert model_folders(Settings(), home) == (tmp_path / "models",)


def test_lists_in_the_environment_are_separated_by_commas(home: dict[str, str]) -> None:
    home |= {"MINERVA_SERVER_ALLOWED_HOSTS": "a.example, b.example"}
    assert load_settings(environ=home).server.allowed_hosts == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("text", "key", "line", "words"),
    [
        ("[server]\nhost = 'x'\nprot = 1\n", "server.prot", 3, "did you mean `server.port`"),
        ("[sever]\nport = 1\n", "sever", 1, "did you mean `server`"),
        ("[qqqqqqq]\n", "qqqqqqq", 1, "there are cache, engine, log, models, pool, responses, server"),
        ("port = 1\n", "port", 1, "did you mean `server.port`"),
        ("server = 3\n", "server", 1, "must be a table"),
        ("[server]\n\nport = 70000\n", "server.port", 3, "70000.*0 to 65535"),
        ("[server]\nport = '80'\n", "server.port", 2, "an integer"),
        ("[server]\nport = true\n", "server.port", 2, "an integer"),
        ("server.host = 'x'\nserver.port = -1\n", "server.port", 2, "an integer"),
        ("[pool]\nkeep_alive = 'soon'\n", "pool.keep_alive", 2, "a duration"),
        ("[pool]\nkeep_alive = -2\n", "pool.keep_alive", 2, "-1 or more"),
        ("[pool]\nmemory_limit = 'lots'\n", "pool.memory_limit", 2, "a size"),
        ("[pool]\nmemory_limit = 5\n", "pool.memory_limit", 2, "1 MiB or more"),
        ("[engine]\nkv_type_k = 'q3'\n", "engine.kv_type_k", 2, "one of"),
        ("[engine]\nthreads = 0\n", "engine.threads", 2, "1 to 1024"),
        ("[engine]\nmmap = 'yes'\n", "engine.mmap", 2, "true or false"),
        ("[models]\nfolders = 'models'\n", "models.folders", 2, "a list of folders"),
        ("[models]\nfolders = [1]\n", "models.folders", 2, "a list of folders"),
        ("[server]\nallowed_hosts = ['']\n", "server.allowed_hosts", 2, "a list of texts"),
        ("[models]\nchat_templates = 'x'\n", "models.chat_templates", 2, "a table of files"),
        ("[models.chat_templates]\nqwen2.5 = 'x'\n", "models.chat_templates", 1, "a table of files"),
        ("[models]\n\nchat_templates = {a = ''}\n", "models.chat_templates", 3, "a table of files"),
        ("[log]\nlevel = 'loud'\n", "log.level", 2, "one of debug, error, info, warning"),
    ],
)
def test_a_wrong_line_is_named_with_what_was_expected(
    home: dict[str, str], text: str, key: str, line: int, words: str
) -> None:
    error = refused(home, text)
    assert error.key == key
    assert error.source.endswith(f"minerva.toml line {line}")
    assert error.source in error.message
    with pytest.raises(SettingsError, match=words):
        raise error


def test_what_is_not_toml_is_refused_with_its_line(home: dict[str, str]) -> None:
    assert "line 2" in refused(home, "[server]\nport = = 1\n").message


def test_what_is_not_utf8_is_refused(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "minerva.toml").write_bytes(b"\xff\xfe")
    assert "cannot be read" in refused(home).message


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("MINERVA_SERVER_PROT", "1", "did you mean `MINERVA_SERVER_PORT`"),
        ("MINERVA_PORT", "1", "Unknown variable `MINERVA_PORT`"),
        ("MINERVA_SERVER_PORT", "many", "'many'.*MINERVA_SERVER_PORT.*0 to 65535"),
        ("MINERVA_ENGINE_MMAP", "perhaps", "true or false"),
    ],
)
def test_a_wrong_variable_is_named(home: dict[str, str], variable: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings(environ=home | {variable: value})


def test_an_empty_variable_counts_as_not_set(home: dict[str, str]) -> None:
    assert load_settings(environ=home | {"MINERVA_SERVER_PORT": ""}).server.port == 11434


def test_model_folders_are_set_by_one_variable_only(home: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="MINERVA_MODELS and MINERVA_MODELS_FOLDERS"):
        load_settings(environ=home | {"MINERVA_MODELS": "a", "MINERVA_MODELS_FOLDERS": "b"})


def test_a_byte_order_mark_is_no_part_of_the_file(home: dict[str, str]) -> None:
    write(home, "\ufeff[server]\nport = 5\n")
    assert load_settings(environ=home).server.port == 5


@pytest.mark.parametrize("key", ["clé", "a b", " ", "a\n"])
def test_an_api_key_is_what_a_header_can_carry(home: dict[str, str], key: str) -> None:
    with pytest.raises(SettingsError, match="ASCII characters without spaces"):
        load_settings(environ=home | {"MINERVA_SERVER_API_KEY": key})


def test_an_api_key_never_shows_in_an_error(home: dict[str, str]) -> None:
    error = refused(home, "[server]\napi_key = 12345678\n")
    assert "12345678" not in error.message


def test_a_wrong_value_that_a_later_layer_replaces_is_no_error(home: dict[str, str]) -> None:
    write(home, "[server]\nport = 'x'\n")
    assert load_settings(environ=home | {"MINERVA_SERVER_PORT": "5"}).server.port == 5


def test_the_engine_section_is_load_options() -> None:
    assert EngineSettings.__struct_fields__ == LoadOptions.__struct_fields__
    assert EngineSettings().load_options() == LoadOptions()


def test_the_log_section_takes_what_the_log_takes() -> None:
    assert schema.LogLevel == log.LogLevel
    assert schema.LogFormat == log.LogFormat


def test_every_setting_has_a_description_and_a_default_it_accepts() -> None:
    for key in keys().values():
        assert key.description.endswith("."), key.name
        assert msgspec.convert(msgspec.to_builtins(key.default), key.type) == key.default
