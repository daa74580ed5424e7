// The first page: choose a model, chat, see what the server says. No conversation is kept.
const find = (id) => document.getElementById(id);
const [model, chat, text, send, stop, state] = ["model", "chat", "text", "send", "stop", "state"].map(find);
let messages = [];
let running = null;
let shipped = null; // the name of the model that comes with Minerva

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

// The key of a server that asks for one, for as long as the tab is open.
function call(path, options = {}) {
  const key = sessionStorage.getItem("key");
  return fetch(path, { ...options, headers: { ...options.headers, ...(key && { Authorization: `Bearer ${key}` }) } });
}

// A TypeError is what `fetch` and its streams end with when there is no connection.
const reason = (error) => (error instanceof TypeError ? "The server does not answer. Is it running?" : error.message);

async function fail(response) {
  const body = await response.json().catch(() => null);
  find("locked").hidden = response.status !== 401;
  throw new Error(body?.error?.message ?? `The server answered ${response.status}.`);
}

// Returns the names of the models that can be chosen.
async function listModels() {
  const response = await call("api/minerva/v1/models");
  if (!response.ok) await fail(response);
  find("locked").hidden = true;
  const found = await response.json();
  const usable = found.models.filter((file) => file.kind === "model");
  const names = usable.map((file) => file.name);
  const chosen = [model.value, found.default, names[0]].find((name) => names.includes(name));
  model.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
  shipped = usable.find((file) => file.shipped)?.name;
  find("folder").textContent = found.folders[0];
  find("folders").replaceChildren(
    ...found.folders.map((folder) => Object.assign(document.createElement("li"), { textContent: folder })),
  );
  find("empty").hidden = names.length > 0;
  send.disabled = names.length === 0;
  introduce();
  return names;
}

// The line about the model that comes with Minerva, while that is the one chosen.
function introduce() {
  find("starter").hidden = !shipped || model.value !== shipped;
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
  const response = await call("v1/chat/completions", {
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
  const [before, shownBefore] = [messages.length, chat.children.length];
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
    say(stopped ? "Stopped." : reason(error), !stopped);
    // What was not answered at all is not history: many templates want the roles to alternate.
    // Nor does it stay on the page; its words go back to where they can be sent again.
    if (messages.length > before && (!messages.at(-1).content || messages.at(-1).role === "user")) {
      messages = messages.slice(0, before);
      while (chat.children.length > shownBefore) chat.lastChild.remove();
      text.value ||= words;
    }
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
const look = (then) => listModels().then(then).catch((error) => say(reason(error), true));
for (const button of document.querySelectorAll(".again")) {
  button.addEventListener("click", () => look((names) => say(`There are: ${names.join(", ") || "none"}.`)));
}
model.addEventListener("change", introduce);
find("key").addEventListener("change", (event) => {
  // A header takes ASCII only, and so does the server's setting.
  sessionStorage.setItem("key", event.target.value.replace(/[^!-~]/g, ""));
  say("");
  look();
});
look();
