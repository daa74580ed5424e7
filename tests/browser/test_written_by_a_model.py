"""What a model wrote is shown with its form. What it must not do: `test_safety.py`."""

from __future__ import annotations

import httpx
from playwright.sync_api import Locator, expect

from tests.browser.axe import violations
from tests.browser.chat import Chat
from tests.integration.server.live import LiveServer

WELL_FORMED = """
# A heading

Some **strong** words and a [link](https://example.com/page).

| a | b |
|---|---|
| 1 | 2 |

```python
def answer() -> int:
    return 42
```

The mass is $$E = mc^2$$ here.

```mermaid
graph TD; Ada-->Lighthouse; Lighthouse-->Lantern;
```
"""


def test_what_it_forms_is_shown(chat: Chat, server: LiveServer) -> None:
    answer = _shown(chat, server, WELL_FORMED)
    expect(answer.get_by_role("heading", name="A heading")).to_be_visible()
    expect(answer.get_by_role("table")).to_be_visible()
    expect(answer.get_by_text("def answer() -> int:")).to_be_visible()
    expect(answer.locator("math")).to_be_visible()
    assert violations(chat.page) == []
    answer.get_by_role("button", name="Show diagram").click()
    drawing = chat.page.frame_locator("iframe").locator("svg")
    expect(drawing).to_be_visible()
    expect(drawing).to_contain_text("Lantern")


def _shown(chat: Chat, server: LiveServer, content: str) -> Locator:
    """Show a conversation in which a model has said `content`, and return its message."""
    with httpx.Client(base_url=f"{server.url}/api/minerva/v1", timeout=60, trust_env=False) as http:
        session = http.post("/sessions", json={"title": "Written"}).json()["id"]
        question = {"parent": None, "role": "user", "content": "Write."}
        parent = http.post(f"/sessions/{session}/messages", json=question).json()["id"]
        http.post(f"/sessions/{session}/messages", json={"parent": parent, "role": "assistant", "content": content})
    chat.open(session)
    expect(chat.messages).to_have_count(2)
    return chat.messages.last
