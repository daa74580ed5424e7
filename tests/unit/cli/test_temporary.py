from __future__ import annotations

from minerva.cli.temporary import chat_body
from minerva.core.sampling import SamplingOptions
from minerva.core.session import SessionSettings


def test_a_request_holds_all_that_was_said() -> None:
    settings = SessionSettings(model="m", system="Be brief", sampling=SamplingOptions(seed=1))
    said: list[dict[str, object]] = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
    assert chat_body(settings, said, "and?") == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be brief"},
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": "hello"},
            {"role": "user", "content": "and?"},
        ],
        "seed": 1,
        "stream": True,
        "stream_options": {"include_usage": True},
        "cache_prompt": "memory",
    }


def test_the_server_chooses_the_model_and_the_policy_when_none_is_named() -> None:
    assert not {"model", "overflow"} & chat_body(SessionSettings(), [], "x").keys()
    assert chat_body(SessionSettings(overflow="shift"), [], "x")["overflow"] == "shift"
