// The first page: choose a model, chat, see what the server says. No conversation is kept.
const find = (id) => document.getElementById(id);
const [model, chat, text, send, stop, state] = ["model", "chat", "text", "send", "stop", "state"].map(find);
let messages = [];
let running = null;

function say(words, isError = false) {
  state.textContent = words;
  state.classList.toggle("error", isError);
}

function show(role, words) {
  const paragraph = document.createElement("p");
  paragraph.className = `message ${role}`;
  paragraph.textContent = words;
  chat.append(paragraph);
  paragraph.scrollIntoView({ block: "end" });
  return paragraph;
}

async function fail(response) {
  const body = await response.json().catch(() => null);
  throw new Error(body?.error?.message ?? `The server answered ${response.status}.`);
}

async function listModels() {
  const response = await fetch("api/minerva/v1/models");
  if (!response.ok) await fail(response);
  const found = await response.json();
  const names = found.models.filter((file) => file.kind === "model").map((file) => file.name);
  model.replaceChildren(...names.map((name) => new Option(name)));
  find("folders").replaceChildren(
    ...found.folders.map((folder) => Object.assign(document.createElement("li"), { textContent: folder })),
  );
  find("empty").hidden = names.length > 0;
  send.disabled = names.length === 0;
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const frames = (rest + value).split("\n\n");
    rest = frames.pop();
    for (const frame of frames) {
      if (frame.startsWith("data: ") && frame !== "data: [DONE]") yield JSON.parse(frame.slice(6));
    }
  }
}

async function answer(signal) {
  const response = await fetch("v1/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ model: model.value, messages, stream: true }),
    signal,
  });
  if (!response.ok) await fail(response);
  const reply = { role: "assistant", content: "" };
  const shown = show("assistant", "");
  messages.push(reply);
  for await (const chunk of events(response.body)) {
    if (chunk.error) throw new Error(chunk.error.message);
    reply.content += chunk.choices[0]?.delta.content ?? "";
    shown.textContent = reply.content;
    shown.scrollIntoView({ block: "end" });
    if (chunk.timings) {
      const { predicted_n: count, predicted_per_second: rate } = chunk.timings;
      const cut = chunk.choices[0]?.finish_reason === "length" ? " · ended at the limit" : "";
      say(`${count} tokens${rate ? ` · ${rate.toFixed(1)} per second` : ""}${cut}`);
    }
  }
}

async function submit() {
  const words = text.value.trim();
  if (!words || running || send.disabled) return;
  text.value = "";
  const before = messages.length;
  messages.push({ role: "user", content: words });
  show("user", words);
  running = new AbortController();
  send.hidden = true;
  stop.hidden = false;
  say("Thinking… (the first answer of a model waits until it is loaded)");
  try {
    await answer(running.signal);
  } catch (error) {
    const stopped = error.name === "AbortError";
    say(stopped ? "Stopped." : error.message, !stopped);
    // What was not answered at all is not history: many templates want the roles to alternate.
    if (!messages.at(-1)?.content || messages.at(-1).role === "user") messages = messages.slice(0, before);
  }
  running = null;
  send.hidden = false;
  stop.hidden = true;
  text.focus();
}

find("form").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  }
});
stop.addEventListener("click", () => running?.abort());
find("clear").addEventListener("click", () => {
  running?.abort();
  messages = [];
  chat.replaceChildren();
  say("");
});
const look = () => listModels().catch((error) => say(error.message, true));
find("again").addEventListener("click", look);
look();
