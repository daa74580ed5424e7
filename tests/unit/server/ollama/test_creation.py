from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.core.preset import Preset
from minerva.core.sampling import SamplingOptions
from minerva.server.ollama.creation import Creation, creation_of, message_texts, parameter_texts
from minerva.server.ollama.model_schema import OllamaCreateRequest
from minerva.server.ollama.modelfile import write_modelfile

FIELDS = {
    "temperature": 0.5,
    "top_k": 3,
    "seed": 7,
    "stop": ["a", " b"],
    "num_predict": 9,
    "num_ctx": 64,
    "num_keep": 5,
}
PRESET = Preset(
    name="b",
    model="m",
    system="s",
    template="{{ messages }}",
    messages=(Message("user", "hi"), Message("assistant", "ho")),
    sampling=SamplingOptions(temperature=0.5, top_k=3, seed=7),
    stop=("a", " b"),
    max_tokens=9,
    context_length=64,
    keep_tokens=5,
    overflow="shift",
    license="MIT\nor not",
)


def created(**fields: Any) -> Preset:
    return asked(**fields).preset


def asked(**fields: Any) -> Creation:
    return creation_of(OllamaCreateRequest.decode(json.dumps({"model": "b", **fields}).encode()))


def refusal(**fields: Any) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        created(**fields)
    return caught.value


def test_every_field_arrives() -> None:
    messages = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]
    fields: dict[str, Any] = {"from": "m", "system": "s", "template": "{{ messages }}", "messages": messages}
    fields |= {"license": ["MIT", "or not"], "parameters": {**FIELDS, "overflow": "shift"}}
    assert created(**fields) == PRESET
    assert created(**{**fields, "license": "MIT\nor not"}) == PRESET


def test_silence_stays_silent() -> None:
    silent = Preset(name="b", model="m")
    assert created(**{"from": "m"}) == silent
    nothing: dict[str, Any] = {
        "system": "",
        "template": "",
        "license": [],
        "parameters": {},
        "messages": [],
        "files": {},
        "adapters": {},
        "draft_files": {},
        "capabilities": [],
    }
    nothing |= {"quantize": "", "renderer": "", "parser": "", "info": None, "stream": False, "modelfile": None}
    assert created(**{"from": "m", **nothing}) == silent
    assert created(**{"from": "m", "parameters": {"num_predict": -1, "seed": -1, "num_gpu": 3}}) == silent
    assert created(**{"from": "m", "model": " b:latest"}) == silent
    assert created(**{"from": "m", "model": None, "name": "b"}) == silent


def test_what_is_to_be_as_nobody_said_it_is_no_silence() -> None:
    parameters = {"num_predict": -1, "seed": -1, "stop": []}
    nobody = Creation(Preset(name="b", model="m"), frozenset({"max_tokens", "seed", "stop"}))
    assert asked(**{"from": "m", "parameters": parameters}) == nobody
    assert asked(modelfile="FROM m\nPARAMETER num_predict -2\nPARAMETER seed -1").reset == {"max_tokens", "seed"}
    assert asked(**{"from": "m", "parameters": FIELDS}).reset == frozenset()


@pytest.mark.parametrize("temperature", [0.1 + 0.2, 1.0, 1e-7, 1])
def test_no_digit_of_a_parameter_is_lost(temperature: float) -> None:
    preset = Preset(name="b", model="m", sampling=SamplingOptions(temperature=temperature))
    assert created(modelfile=write_modelfile("m", parameters=parameter_texts(preset))) == preset
    assert parameter_texts(created(**{"from": "m", "parameters": {"temperature": 1.0}})) == (("temperature", "1"),)


def test_a_modelfile_says_the_same() -> None:
    texts = parameter_texts(PRESET)
    assert {name for name, _ in texts} == {*FIELDS, "overflow"}
    text = write_modelfile(
        "m",
        system="s",
        template="{{ messages }}",
        parameters=texts,
        messages=message_texts(PRESET.messages),
        license=PRESET.license,
    )
    assert created(modelfile=text) == PRESET


def test_parameters_have_the_type_of_what_they_are() -> None:
    text = "FROM m\nPARAMETER stop 3\nPARAMETER top_k 4.0\nPARAMETER use_mmap TRUE\nPARAMETER temperature 1"
    preset = created(modelfile=text)
    assert (preset.stop, preset.sampling) == (("3",), SamplingOptions(top_k=4, temperature=1))


@pytest.mark.parametrize(
    ("fields", "param", "words"),
    [
        ({}, "from", "missing"),
        ({"from": "m", "files": {"a": "sha256:0"}}, "files", "models folder"),
        ({"from": "m", "adapters": {"a": "sha256:0"}}, "adapters", "not supported"),
        ({"from": "m", "quantize": "q4_0"}, "quantize", "llama-quantize"),
        ({"from": "m", "renderer": "x"}, "renderer", "not supported yet"),
        ({"from": "m", "draft_files": {"a": "sha256:0"}}, "draft_files", "not supported yet"),
        ({"from": "m", "sistem": "x"}, "sistem", "system"),
        ({"from": "m", "parameters": {"temperature": 9}}, "parameters.temperature", "0 to 2"),
        ({"from": "m", "parameters": {"num_predict": -9}}, "parameters.num_predict", "0 to"),
        ({"from": "m", "parameters": {"temprature": 1}}, "parameters.temprature", "temperature"),
        ({"from": "m", "parameters": {"overflow": "x"}}, "parameters.overflow", "trim_history"),
        ({"from": "m", "messages": [{"role": "x"}]}, "messages[0].role", "user"),
        ({"modelfile": "FROM m", "from": "m"}, "from", "both"),
        ({"modelfile": "FROM m", "parameters": {"seed": 1}}, "parameters", "both"),
        ({"modelfile": "SYSTEM s"}, "modelfile", "FROM"),
        ({"modelfile": "FROM m\nPARAMETER temperature hot"}, "modelfile", "`temperature` is 'hot'"),
        ({"modelfile": "FROM m\nPARAMETER temperature nan"}, "modelfile", "temperature"),
        ({"modelfile": "FROM m\nPARAMETER x 1"}, "modelfile", "`x` is not a known field"),
    ],
)
def test_what_cannot_be_is_refused_by_name(fields: dict[str, Any], param: str, words: str) -> None:
    error = refusal(**fields)
    assert error.param == param
    assert words in error.message


def test_a_message_that_is_nothing_but_a_call_has_no_place_in_a_modelfile() -> None:
    call = Message("assistant", tool_calls=(ToolCall("1", "f", "{}"),))
    assert message_texts((call, Message("user", "a"))) == (("user", "a"),)
    assert parameter_texts(msgspec.structs.replace(PRESET, stop=())) == parameter_texts(PRESET)[:-2]
