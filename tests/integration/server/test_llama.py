"""What llama-server has beside OpenAI's API, and texts with a gap in all APIs, against a live server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import ollama
import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.server.conftest import EXACT
from tests.integration.server.live import LiveServer, live_server, wait_until
from tests.support.tiny_model import BOS, INFILL_MARKS, write_tiny_model

HELLO = [{"role": "user", "content": "Once upon a time"}]
PROMPT = "<|im_start|>user\nOnce upon a time<|im_end|>\n<|im_start|>assistant\n"
SPACE = "▁"
"""What SentencePiece writes for a space, so it comes back as one."""
BYTES = 3
"""The id of the token for the byte 0."""
GAP = {"input_prefix": "the cat and the", "input_suffix": " was happy"}
GREEDY: dict[str, Any] = {"temperature": 0, "n_predict": 12}
WRITTEN = "<|fim_prefix|>the cat and the<|fim_suffix|> was happy<|fim_middle|>"


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with a model that fills gaps, `code`, which is the default one, and one that does not, `plain`."""
    folder = tmp_path_factory.mktemp("llama")
    write_tiny_model(folder / "code.gguf", marks=INFILL_MARKS)
    write_tiny_model(folder / "plain.gguf")
    with live_server(folder, default_model="code", load=EXACT) as server:
        yield server


@pytest.fixture(scope="module")
def http(llama: LiveServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=llama.url, timeout=60, trust_env=False) as client:
        yield client


def post(http: httpx.Client, path: str, **body: Any) -> Any:
    response = http.post(path, json=body)
    assert response.status_code == 200, response.text
    return response.json()


def refused(http: httpx.Client, path: str, **body: Any) -> Any:
    response = http.post(path, json=body)
    assert response.status_code == 400, response.text
    return response.json()["error"]


def tokens_of(http: httpx.Client, text: str, **body: Any) -> Any:
    return post(http, "/tokenize", content=text, **body)["tokens"]


def continued(http: httpx.Client, prompt: str, **body: Any) -> Any:
    return post(http, "/v1/completions", prompt=prompt, temperature=0, max_tokens=12, **body)


@settings(max_examples=30)
@given(st.text(st.characters(codec="utf-8", exclude_characters=SPACE), max_size=40))
def test_a_text_comes_back_from_its_tokens(http: httpx.Client, text: str) -> None:
    tokens = tokens_of(http, text, model="starter", parse_special=False)
    assert post(http, "/detokenize", model="starter", tokens=tokens) == {"content": text}
    # SentencePiece puts a space before a text.
    spaced = post(http, "/detokenize", tokens=tokens_of(http, text, parse_special=False))["content"]
    assert spaced == (f" {text}" if text else "")


def test_pieces_are_text_or_bytes(http: httpx.Client) -> None:
    pieces = tokens_of(http, "the🦉", with_pieces=True)
    assert [piece["id"] for piece in pieces] == tokens_of(http, "the🦉")
    owl = [{"id": BYTES + byte, "piece": [byte]} for byte in "🦉".encode()]
    assert pieces == [{"id": pieces[0]["id"], "piece": " the"}, *owl]


def test_control_tokens_are_added_and_read_as_asked(http: httpx.Client) -> None:
    mark = tokens_of(http, "<|im_end|>")
    assert len(mark) == 1
    assert tokens_of(http, "<|im_end|>", add_special=True) == [BOS, *mark]
    assert len(tokens_of(http, "<|im_end|>", parse_special=False)) > 1
    assert tokens_of(http, "<|im_end|>", with_pieces=True) == [{"id": mark[0], "piece": "<|im_end|>"}]
    assert post(http, "/detokenize", tokens=mark) == {"content": "<|im_end|>"}
    assert tokens_of(http, "") == []


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/tokenize", {}, "`content` is missing"),
        ("/tokenize", {"content": 3}, "`content` is 3"),
        ("/tokenize", {"content": "x" * (1024 * 1024 + 1)}, "1,048,577 bytes"),
        ("/tokenize", {"content": "x", "with_piece": True}, "did you mean `with_pieces`"),
        ("/detokenize", {"tokens": [10**6]}, "token id 1000000"),
        ("/detokenize", {"tokens": [-1]}, r"`tokens\[0\]` is -1"),
        ("/detokenize", {"tokens": ["a"]}, r"`tokens\[0\]`"),
        ("/infill", {"input_prefix": "a"}, "`input_suffix` is missing"),
        ("/infill", {**GAP, "model": "plain"}, "no tokens that mark prefix, suffix and middle"),
        ("/infill", {**GAP, "lora": [{"id": 0, "scale": 1}]}, "`lora`.*not supported yet"),
        ("/infill", {**GAP, "grammar": "root ::= nowhere"}, "^`grammar / json_schema`: .*cannot be enforced"),
        ("/infill", {**GAP, "json_schema": {"type": "x"}}, "^`grammar / json_schema`: .*cannot be enforced"),
        ("/apply-template", {"messages": []}, "`messages` has 0 items"),
        ("/apply-template", {"messages": HELLO, "chat_template": "x"}, "`chat_template` is not a known field"),
    ],
)
def test_a_wrong_body_is_refused_in_the_shape_of_the_api(
    http: httpx.Client, path: str, body: dict[str, Any], words: str
) -> None:
    error = refused(http, path, **body)
    assert (error["code"], error["type"]) == (400, "invalid_request_error")
    with pytest.raises(ValueError, match=words):
        raise ValueError(error["message"])


def test_an_unknown_model_is_not_found(http: httpx.Client) -> None:
    response = http.post("/tokenize", json={"content": "a", "model": "nowhere"})
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["type"]) == (404, 404, "not_found_error")


def test_the_prompt_of_a_chat_is_shown(http: httpx.Client) -> None:
    assert post(http, "/apply-template", messages=HELLO) == {"prompt": PROMPT}
    short = post(http, "/apply-template", messages=HELLO, add_generation_prompt=False, temperature=0.5, stream=True)
    assert short == {"prompt": PROMPT.removesuffix("<|im_start|>assistant\n")}
    function = {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
    tools = [{"type": "function", "function": function}]
    told = post(http, "/apply-template", messages=HELLO, tools=tools)["prompt"]
    assert "get_weather" in told
    assert "get_weather" not in post(http, "/apply-template", messages=HELLO, tools=tools, tool_choice="none")["prompt"]


def test_the_prompt_of_a_chat_is_counted_as_it_is_computed(http: httpx.Client) -> None:
    body = {"messages": HELLO, "max_tokens": 1, "temperature": 0}
    count = post(http, "/v1/chat/completions/input_tokens", **body)
    usage = post(http, "/v1/chat/completions", **body)["usage"]
    assert count == {"object": "response.input_tokens", "input_tokens": usage["prompt_tokens"]}
    assert len(tokens_of(http, PROMPT, add_special=True)) == usage["prompt_tokens"]


def test_what_a_chat_says_of_time_holds_where_it_is_only_looked_at(llama: LiveServer, http: httpx.Client) -> None:
    chat = {"model": "plain", "messages": HELLO}
    for path in ("/apply-template", "/v1/chat/completions/input_tokens"):
        response = http.post(path, json={**chat, "timeout": 1e-9})
        assert response.status_code == 504, response.text
        post(http, path, **chat, keep_alive=0)
        wait_until(lambda: "plain" not in [model["name"] for model in llama.ps()], 20.0)


def test_an_error_in_a_counted_chat_has_openais_shape(http: httpx.Client) -> None:
    error = refused(http, "/v1/chat/completions/input_tokens", messages=[{"role": "user"}])
    assert (error["code"], error["param"]) == ("invalid_request", "messages[0].content")


def test_a_gap_is_filled_between_the_marks(http: httpx.Client) -> None:
    filled = post(http, "/infill", **GAP, **GREEDY)
    whole = continued(http, "<|repo_name|>myproject\n<|file_sep|>filename\n" + WRITTEN)
    assert filled["content"] == whole["choices"][0]["text"] != ""
    assert filled["tokens_evaluated"] == whole["usage"]["prompt_tokens"]
    assert (filled["tokens_predicted"], filled["stop_type"], filled["model"]) == (12, "limit", "code")


def test_other_files_and_the_line_so_far_are_part_of_the_prompt(http: httpx.Client) -> None:
    extra = [{"filename": "a.py", "text": "the dog"}]
    filled = post(http, "/infill", **GAP, **GREEDY, input_extra=extra, prompt=" dog")
    before = "<|repo_name|>myproject\n<|file_sep|>a.py\nthe dog<|file_sep|>filename\n"
    whole = continued(http, before + WRITTEN.replace("and the", "and the dog"))
    assert filled["content"] == whole["choices"][0]["text"]
    assert filled["tokens_evaluated"] == whole["usage"]["prompt_tokens"]


def test_a_mark_that_a_caller_writes_is_text(http: httpx.Client) -> None:
    bare = post(http, "/infill", input_prefix="", input_suffix="", n_predict=1)["tokens_evaluated"]
    marked = post(http, "/infill", input_prefix="<|fim_middle|>", input_suffix="", n_predict=1)["tokens_evaluated"]
    assert marked == bare + len(tokens_of(http, "<|fim_middle|>", parse_special=False))


def test_a_stream_says_what_the_plain_answer_says(http: httpx.Client) -> None:
    plain = post(http, "/infill", **GAP, **GREEDY, return_tokens=True, n_probs=2)
    with http.stream("POST", "/infill", json={**GAP, **GREEDY, "stream": True, "return_tokens": True}) as response:
        data = [json.loads(line[6:]) for line in response.iter_lines() if line]
    *chunks, last = data
    assert "".join(chunk["content"] for chunk in chunks) == plain["content"]
    assert [token for chunk in chunks for token in chunk["tokens"]] == plain["tokens"]
    assert (last["content"], last["stop"], last["tokens_predicted"]) == ("", True, 12)
    assert len(plain["tokens"]) == len(plain["completion_probabilities"]) == 12
    assert {len(token["top_logprobs"]) for token in plain["completion_probabilities"]} == {2}


def test_nothing_to_generate_only_computes_the_prompt(http: httpx.Client) -> None:
    prompt = {"input_prefix": "for the first time the", "input_suffix": ""}
    warmed = post(http, "/infill", **prompt, n_predict=0)
    assert (warmed["content"], warmed["tokens_predicted"]) == ("", 0)
    again = post(http, "/infill", **prompt, n_predict=1, response_fields=["tokens_cached", "timings/prompt_n"])
    assert again == {"tokens_cached": warmed["tokens_evaluated"] - 1, "timings/prompt_n": 1}


def test_openais_suffix_is_the_text_behind_a_gap(llama: LiveServer, http: httpx.Client) -> None:
    asked: Any = {"prompt": "the cat and the", "suffix": " was happy", "temperature": 0, "max_tokens": 12}
    with openai.OpenAI(base_url=f"{llama.url}/v1", api_key="none", max_retries=0) as client:
        filled = client.completions.create(model="code", **asked)
        assert filled.choices[0].text == continued(http, WRITTEN)["choices"][0]["text"]
        for wrong, param in (({"model": "plain"}, "suffix"), ({"echo": True}, "echo"), ({"prompt": [5]}, "prompt")):
            with pytest.raises(openai.BadRequestError) as caught:
                client.completions.create(**{"model": "code", **asked, **wrong})
            assert caught.value.param == param
        silent = client.completions.create(**{"model": "plain", **asked, "suffix": ""})
    assert silent.choices[0].text == continued(http, "the cat and the", model="plain")["choices"][0]["text"]


def test_ollamas_suffix_is_the_text_behind_a_gap(llama: LiveServer, http: httpx.Client) -> None:
    with ollama.Client(llama.url, timeout=60, trust_env=False) as client:
        asked: Any = {
            "prompt": "the cat and the",
            "suffix": " was happy",
            "options": {"temperature": 0, "num_predict": 12},
        }
        filled = client.generate("code", **asked)
        assert filled.response == continued(http, WRITTEN)["choices"][0]["text"]
        assert filled.context is None
        assert "".join(line.response or "" for line in client.generate("code", **asked, stream=True)) == filled.response
        for model, more, words in (
            ("plain", {}, "no tokens that mark"),
            ("code", {"raw": True}, "`raw` is set and `suffix`"),
            ("code", {"system": "Be brief."}, "`system` is set and `suffix`"),
        ):
            with pytest.raises(ollama.ResponseError, match=words) as caught:
                client.generate(model, **asked, **more)
            assert caught.value.status_code == 400


def test_a_client_that_leaves_frees_its_sequence(llama: LiveServer, http: httpx.Client) -> None:
    endless = {**GAP, "n_predict": 400, "ignore_eos": True, "stream": True}
    with http.stream("POST", "/infill", json=endless) as response:
        next(response.iter_lines())
    assert llama.wait_until_idle() < 5
