"""The examples of a guide, run from the first to the last as a reader would, on the model that ships."""

import re
import subprocess
import sys
from pathlib import Path

from tests.integration.server.live import live_server

GUIDES = Path(__file__).resolve().parents[3] / "docs" / "guides"
EXAMPLE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_examples_of_the_guide_for_openai(tmp_path: Path) -> None:
    examples = EXAMPLE.findall((GUIDES / "openai.md").read_text(encoding="utf-8"))
    with live_server(tmp_path, load={"threads": 1}) as server:
        program = "\n".join(examples).replace("http://127.0.0.1:11434", server.url)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    told = done.stdout.strip().split("\n")
    greeting, call, weather, person, choice, thought, answer, stored, embedded, drafted = told
    assert greeting
    assert call == "get_weather {'city': 'Paris'}"
    assert "sunny" in weather
    assert re.fullmatch(r"name='.*' age=-?\d+", person)
    assert choice in {"yes", "no"}
    assert len(thought) > len("thought: ")
    assert len(answer) > len("answer: ")
    assert "sunny" in stored
    assert embedded == "2 256"
    assert int(drafted.split()[0]) > 0


def test_the_example_of_the_guide_to_what_does_not_fit(tmp_path: Path) -> None:
    (example,) = EXAMPLE.findall((GUIDES / "context-window.md").read_text(encoding="utf-8"))
    with live_server(tmp_path, load={"threads": 1}) as server:
        program = example.replace("http://127.0.0.1:11434", server.url)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    text, told = done.stdout.strip().split("\n")
    assert text
    policy, dropped = told.split()
    assert policy == "trim_history"
    assert 0 < int(dropped) < 400
