from __future__ import annotations

from minerva.core.errors import ErrorInfo
from minerva.core.event import Truncation
from minerva.core.message import ToolCall
from minerva.core.session import SessionSettings
from minerva.sessions.records import SessionCopy
from minerva.sessions.transfer.markdown import file_name, to_markdown
from tests.unit.sessions.transfer.making import copies, file, message, sample, session

WHOLE = """\
# About `sorted`

*2023-11-14 22:13 UTC*

<details>
<summary>System prompt</summary>

Be brief.

</details>

## You

*Attached: f.txt (text/plain, 3 B)*

How?

## Assistant (starter)

<details>
<summary>Thinking (3 s)</summary>

Hm. &lt;/details>

</details>

```python
sorted(x)
```

Calls `clock`:

```json
{"zone": "UTC"}
```

## Tool

````
```12:00```
````

## Assistant

No

*Written without 4 earlier messages, which did not fit.*

*It failed here. The worker died.*
"""


def test_the_path_is_written_for_people() -> None:
    messages = (
        message("a", content="How?", attachments=(file("f").attachment,)),
        message("b", "a", "assistant", content="another answer"),
        message(
            "c",
            "a",
            "assistant",
            content="```python\nsorted(x)\n```\n",
            reasoning="Hm. </details>",
            reasoning_s=3.2,
            model="starter",
            tool_calls=(ToolCall("1", "clock", '{"zone": "UTC"}'),),
        ),
        message("d", "c", "tool", content="```12:00```"),
        message(
            "e",
            "d",
            "assistant",
            content="No",
            status="failed",
            error=ErrorInfo("worker_crashed", "The worker died."),
            truncation=Truncation("trim_history", 4, 100),
        ),
    )
    about = session(title="About\n`sorted`", created_s=1_700_000_000.0, settings=SessionSettings(system="Be brief."))
    copy = SessionCopy(session=about, messages=messages, chosen=frozenset("acde"), files={"f": file("f")})
    assert to_markdown(copy) == WHOLE


def test_without_a_title_and_messages_and_with_an_impossible_time() -> None:
    copy = SessionCopy(session=session(title="", created_s=1e300), messages=())
    assert to_markdown(copy) == "# Untitled\n\n*at an unknown time*\n"


def test_a_file_is_named_by_the_title() -> None:
    def named(title: str) -> str:
        return file_name(SessionCopy(session=session(title=title), messages=()), "md")

    assert named("How to: sort?  A/B") == "how-to-sort-a-b.md"
    assert named("你好") == "session.md"
    assert len(named("word " * 40)) <= 63


def test_what_was_imported_can_be_read() -> None:
    [copy] = copies(sample("chatgpt.json"))
    text = to_markdown(copy)
    assert "```python\nprint(sorted([2, 1]))\n```" in text
    assert "<summary>Thinking (8 s)</summary>" in text
    assert "first-answer" not in text
    assert "Use `sorted`, which" not in text
