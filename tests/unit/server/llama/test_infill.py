"""Bodies of llama-server's `/infill` into neutral requests, and events into its answers."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from minerva.core.errors import ErrorInfo, InvalidRequest
from minerva.core.event import (
    ChoiceFinished,
    Event,
    Failed,
    Finished,
    FinishReason,
    Started,
    TextDelta,
    Timings,
    TokenAlternative,
    TokenLogprob,
    Truncation,
    Usage,
)
from minerva.core.output import Grammar, JsonSchema
from minerva.core.request import GenerateRequest, InfillFile, InfillInput
from minerva.server.llama.convert import infill_request
from minerva.server.llama.infill import InfillEncoder, Shown, infill_body
from minerva.server.llama.schema import NO_OPS, NOT_YET, InfillRequest

BARE = {"input_prefix": "def f(", "input_suffix": ")"}
TOKEN = TokenLogprob(5, b"\xc3", -0.5, (TokenAlternative(6, b"b", float("-inf")),))
EVENTS: list[Event] = [
    Started("m", 9, 4),
    TextDelta(0, "x,", (TOKEN,)),
    TextDelta(0, "\ny", (TokenLogprob(7, b"y", -1.0),)),
    ChoiceFinished(0, "stop", "!"),
    Finished(Usage(9, 2, 4), Timings(prefill_s=0.5, decode_s=0.25)),
]


def asked(**fields: Any) -> GenerateRequest:
    body = InfillRequest.decode(json.dumps(BARE | fields).encode())
    body.check_parameters()
    return infill_request(body, "r")


def refuse(**fields: Any) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        asked(**fields)
    return caught.value


def body_of(events: list[Event], **shown: Any) -> Any:
    return json.loads(msgspec.json.encode(infill_body(events, Shown(**shown))))


def frames(events: list[Event], **shown: Any) -> list[Any]:
    encode = InfillEncoder(Shown(**shown))
    sent = b"".join(map(encode, events)).decode()
    return [json.loads(frame.removeprefix("data: ")) for frame in sent.split("\n\n") if frame]


def test_what_is_asked_for() -> None:
    files = [{"filename": "a.py", "text": "x"}, {"text": "y"}]
    request = asked(
        input_extra=files, prompt="a, ", n_predict=9, temperature=0, top_k=3, seed=4, stop=["\n"], model="m", n_probs=2
    )
    source = InfillInput("def f(a, ", ")", (InfillFile("a.py", "x"), InfillFile("tmp", "y")))
    assert request.input == source
    assert (request.max_tokens, request.stop, request.model, request.logprobs) == (9, ("\n",), "m", 2)
    assert (request.sampling.temperature, request.sampling.top_k, request.sampling.seed) == (0, 3, 4)


def test_silence_and_minus_one_leave_it_open() -> None:
    assert asked(n_predict=-1, seed=-1) == asked()
    assert (asked().max_tokens, asked().sampling.seed, asked().logprobs) == (None, None, None)
    assert asked(n_predict=0).max_tokens == 0
    assert asked(return_tokens=True).logprobs == 0


def test_forms() -> None:
    assert asked(grammar='root ::= "a"').form == Grammar('root ::= "a"', "gbnf")
    assert asked(json_schema={"type": "object"}).form == JsonSchema('{"type":"object"}')
    assert refuse(grammar="x", json_schema={}).param == "grammar"


@pytest.mark.parametrize("bias", [[[5, False], [7, 1.5]], {"5": False, "7": 1.5}])
def test_both_forms_of_a_bias(bias: object) -> None:
    assert asked(logit_bias=bias).sampling.logit_bias == {5: -100, 7: 1.5}


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"input_prefix": None}, "input_prefix"),
        ({"input_extra": [{"filename": "a"}]}, "input_extra[0].text"),
        ({"prompt": ["a"]}, "prompt"),
        ({"n_predict": -2}, "n_predict"),
        ({"temperature": -1}, "temperature"),
        ({"seed": 2**70}, "seed"),
        ({"n_probs": 21}, "n_probs"),
        ({"logit_bias": [["word", 1]]}, "logit_bias"),
        ({"logit_bias": [[5, 1, 2]]}, "logit_bias"),
        ({"logit_bias": {"5": True}}, "logit_bias.5"),
        ({"logit_bias": {"5": 101}}, "logit_bias"),
        ({"nonsense": 1}, "nonsense"),
        *[({name: [{"id": 0}]}, name) for name in NOT_YET],
    ],
)
def test_what_cannot_be_is_refused_by_name(fields: dict[str, Any], param: str) -> None:
    assert refuse(**fields).param == param


def test_what_changes_nothing_is_taken() -> None:
    sent = {"samplers": ["top_k", "infill"], "n_indent": 4, "t_max_prompt_ms": 500, "t_max_predict_ms": 1000}
    sent |= {"id_slot": -1, "n_cache_reuse": 0}
    assert set(sent) == set(NO_OPS)
    assert asked(**sent) == asked()
    assert asked(**{name: allowed[0] for name, allowed in NOT_YET.items() if allowed}) == asked()


def test_a_body_has_the_whole_text_and_where_it_ended() -> None:
    answer = body_of(EVENTS)
    assert answer["content"] == "x,\ny"
    assert (answer["stop"], answer["stop_type"], answer["stopping_word"]) == (True, "word", "!")
    assert (answer["tokens_evaluated"], answer["tokens_cached"], answer["tokens_predicted"]) == (9, 4, 2)
    assert (answer["has_new_line"], answer["truncated"], answer["model"], answer["tokens"]) == (True, False, "m", [])
    assert answer["timings"]["prompt_n"] == 5
    assert answer["timings"]["prompt_per_second"] == 10
    assert answer["timings"]["predicted_per_token_ms"] == 125
    assert "completion_probabilities" not in answer


@pytest.mark.parametrize(("reason", "kind"), [("stop", "eos"), ("length", "limit"), ("cancelled", "limit")])
def test_the_other_ends(reason: FinishReason, kind: str) -> None:
    end = Finished(Usage(9, 0), Timings(), Truncation("shift", shifts=1))
    answer = body_of([EVENTS[0], ChoiceFinished(0, reason), end])
    assert (answer["stop_type"], answer["stopping_word"], answer["truncated"]) == (kind, "", True)
    assert answer["timings"]["predicted_per_second"] is None


def test_tokens_and_probabilities_come_when_they_are_asked_for() -> None:
    answer = body_of(EVENTS, tokens=True, probabilities=True)
    assert answer["tokens"] == [5, 7]
    first = answer["completion_probabilities"][0]
    assert (first["id"], first["token"], first["bytes"], first["logprob"]) == (5, "\ufffd", [0xC3], -0.5)
    assert first["top_logprobs"] == [{"id": 6, "token": "b", "bytes": [98], "logprob": -9999.0}]


def test_a_stream_says_what_the_body_says() -> None:
    *chunks, last = frames(EVENTS, tokens=True)
    assert [chunk["content"] for chunk in chunks] == ["x,", "\ny"]
    assert [(chunk["stop"], chunk["tokens"]) for chunk in chunks] == [(False, [5]), (False, [7])]
    assert last == body_of(EVENTS, tokens=True) | {"content": "", "tokens": []}


def test_fields_are_chosen_by_their_paths() -> None:
    wanted = ("content", "timings/prompt_n", "timings/nothing", "nothing", "content/x")
    assert body_of(EVENTS, fields=wanted) == {"content": "x,\ny", "timings/prompt_n": 5}
    assert frames(EVENTS, fields=("truncated",))[-1] == {"truncated": False}


def test_an_error_in_a_stream_has_the_shape_of_the_api() -> None:
    info = ErrorInfo("context_length_exceeded", "too long", maximum=512, required=600)
    *_, last = frames([*EVENTS[:2], Failed(info)])
    kind = "exceed_context_size_error"
    assert last == {"error": {"code": 400, "message": "too long", "type": kind, "maximum": 512, "required": 600}}
