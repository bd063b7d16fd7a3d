// The chat, framed on a site or by itself at /chat: shows each message of a conversation at its number, keeps what is
// not sent yet, and asks the server again from where it stands. The page around it works without this module, too.
// One file on purpose: an open chat costs four requests, and each further module would be one more.

const $ = (id) => document.getElementById(id);
const { body } = document;
const root = document.documentElement;
const say = JSON.parse(body.dataset.phrases);
const framed = body.classList.contains("framed");
const [log, form, text, note, pending, typing, heard, newer] =
  ["log", "up", "text", "note", "pending", "typing", "heard", "newer"].map($);
const language = root.lang;
const EDITABLE_MS = 5 * 60_000;
root.classList.add("on");

// What the browser keeps for us. Blocked or full storage: memory only, and we say so.
const memory = new Map();
let blocked = false;
function keep(name, value) {
  memory.set(name, value);
  try {
    if (value == null) localStorage.removeItem("firstline-" + name);
    else localStorage.setItem("firstline-" + name, JSON.stringify(value));
  } catch {
    block();
  }
}
function kept(name) {
  try {
    const value = blocked ? null : localStorage.getItem("firstline-" + name);
    if (value != null) return JSON.parse(value);
    if (!blocked) return null;
  } catch {
    block();
  }
  return memory.get(name) ?? null;
}
function block() {
  if (blocked) return;
  blocked = true;
  tell(say.storage_blocked);
}
function tell(words) {
  note.textContent = words || (blocked ? say.storage_blocked : "");
}
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
// Waits, but no longer than until the browser is online again.
const pause = (seconds) =>
  Promise.race([sleep(seconds * 1000), new Promise((back) => addEventListener("online", back, { once: true }))]);
const hex = (byte) => byte.toString(16).padStart(2, "0");
const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map(hex).join("");

// The page around the frame. It is believed only if it is our parent and one of the allowed sites.
const site = decodeURIComponent(location.hash.slice(1));
const trusted = framed && body.dataset.sites.split(" ").includes(site);
const toPage = (does, value) => trusted && parent.postMessage({ firstline: does, value }, site);
let shown = !framed;

// Who we are: a key that this browser keeps, or what the site signed; either is traded for a short token.
let token = "";
let signed = "";
let entering;
function enter() {
  entering ??= trade().finally(() => (entering = null));
  return entering;
}
async function trade() {
  const [visitor, identity] = [kept("visitor"), signed];
  const answer = await fetch("/web/v1/session", {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: "Bearer " + token }) },
    body: JSON.stringify({ visitor, identity, page: !framed, language }),
  });
  const session = await answer.json();
  // Meanwhile somebody else came, or another tab got this browser's key: ask as who we are now.
  if (signed !== identity || (!identity && kept("visitor") !== visitor)) return trade();
  if (!answer.ok) throw refusal(answer, session);
  if (session.visitor) keep("visitor", session.visitor);
  if (kept("who") && kept("who") !== session.customer) forget();
  keep("who", session.customer);
  token = session.token;
  isNew = !session.talks;
  $("greeting")?.toggleAttribute("hidden", session.talks);
  if (session.talks) follow();
}
function refusal(answer, { message }) {
  return Object.assign(new Error(message), { status: answer.status, wait: Number(answer.headers.get("retry-after")) });
}
async function call(path, data, again = true) {
  if (!token) await enter();
  const answer = await fetch("/web/v1/" + path, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer " + token },
    body: JSON.stringify(data),
  });
  if (answer.status === 401 && again) {
    await enter();
    return call(path, data, false);
  }
  const result = await answer.json();
  if (!answer.ok) throw refusal(answer, result);
  return result;
}

// Up: one request in flight, in order, each with its id, kept until the server has it.
const outbox = () => kept("outbox") ?? [];
const setOutbox = (change) => keep("outbox", change(outbox()));
let draining = false;
let working;
let isNew = false; // a talk of which nothing stands yet: all that comes is news
let arrived = 0;
function post(to, data) {
  const item = { to, data: { client_id: newId(), ...data } };
  setOutbox((items) => [...items, item]);
  if (to === "messages") showPending(item);
  drain();
}
async function drain() {
  if (draining) return;
  draining = true;
  for (let item, wait = 1; (item = outbox().find((each) => !each.failed)); ) {
    try {
      const before = arrived;
      await call(item.to, item.data);
      wait = 1;
      settle(item);
      follow();
      if (arrived === before && item.to !== "withdraw") expectAnswer();
    } catch (error) {
      if (error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status)) {
        fail(item, error.status === 413 ? say.too_long : error.message);
      } else {
        if (error.status) tell({ 401: say.session_ended, 429: say.busy }[error.status] ?? say.server_trouble);
        await pause(Math.max(error.wait || 0, wait));
        wait = Math.min(wait * 2, 30);
      }
    }
  }
  draining = false;
}
function settle({ data }) {
  setOutbox((items) => items.filter((each) => each.data.client_id !== data.client_id));
  $("p-" + data.client_id)?.querySelector(".mark")?.remove();
  if (navigator.onLine) tell("");
}
function fail(item, reason) {
  tell(reason);
  const { client_id } = item.data;
  if (item.to !== "messages") {
    settle(item);
    tell(reason);
    for (const button of log.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    return;
  }
  setOutbox((items) => items.map((each) => (each.data.client_id === client_id ? { ...each, failed: reason } : each)));
  $("p-" + client_id)?.remove();
  showPending({ ...item, failed: reason });
}
function showPending({ data, failed }) {
  const className = "message customer pending" + (failed ? " failed" : "");
  const bubble = make("div", { className, id: "p-" + data.client_id });
  if (data.text) {
    const words = make("div", { className: "words", dir: "auto" }, make("p", {}));
    words.firstChild.innerText = data.text;
    bubble.append(words);
  }
  for (const name of data.names ?? []) {
    bubble.append(make("p", { className: "file" }, make("bdi", { textContent: name })));
  }
  const mark = make("p", { className: "mark", textContent: failed ? `${say.not_sent}. ` : say.not_sent_yet });
  if (failed) {
    mark.append(
      make("button", {
        type: "button",
        textContent: say.retry,
        onclick() {
          setOutbox((items) => items.map(({ failed: _, ...each }) => each));
          bubble.classList.remove("failed");
          mark.textContent = say.not_sent_yet;
          drain();
        },
      }),
    );
  }
  bubble.append(mark);
  pending.append(bubble);
  toEnd(true);
}
function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
function expectAnswer() {
  clearTimeout(working);
  if (!byBot) return;
  working = setTimeout(() => showTyping(say.bot, 10_000), 400);
}

// Down: the stream says "message N of this conversation is now this HTML"; a repeat changes nothing.
let cursor = "";
let following; // the one loop that reads; a former one ends
let stop;
let live = false;
let byBot = true;
let ahead = 0;
async function follow() {
  if (following) return;
  const loop = (following = {});
  for (let wait = 1; following === loop; ) {
    const quiet = setTimeout(() => tell(say.connecting), 3000);
    const cut = (stop = new AbortController());
    try {
      if (!token) await enter();
      const answer = await fetch("/web/v1/stream", {
        headers: {
          authorization: "Bearer " + token,
          "accept-language": language,
          ...(cursor && { "last-event-id": cursor }),
        },
        cache: "no-store",
        signal: cut.signal,
      });
      if (answer.status === 401) await enter();
      else if (answer.ok) {
        clearTimeout(quiet);
        if (note.textContent === say.connecting) tell("");
        wait = 1;
        await read(answer.body.getReader());
      } else wait = Math.max(wait, Number(answer.headers.get("retry-after")) || 0);
    } catch {
      // Cut off: asked again below.
    }
    if (following !== loop) return clearTimeout(quiet);
    await pause(wait * (0.5 + Math.random()));
    clearTimeout(quiet);
    wait = Math.min(wait * 2, 30);
  }
}
function unfollow() {
  following = null;
  stop?.abort();
}
async function read(reader) {
  const decoder = new TextDecoder();
  for (let rest = "", silence; ; ) {
    clearTimeout(silence);
    silence = setTimeout(() => stop.abort(), 45_000);
    const { done, value } = await reader.read();
    if (done) return clearTimeout(silence);
    const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = events.pop();
    for (const event of events) take(event);
  }
}
function take(event) {
  const lines = event.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]);
  const fields = Object.fromEntries(lines);
  if (!fields.data) return;
  const data = JSON.parse(fields.data);
  if (fields.event === "message") put(data);
  else if (fields.event === "typing") showTyping(data.name, 6000);
  else if (fields.event === "state") setState(data);
  else if (fields.event === "clock") ahead = Date.parse(data.now) - Date.now();
  if (fields.id) cursor = fields.id;
}
function setState(state) {
  byBot = state.owner === "bot" || state.owner === "closed";
  $("state").replaceChildren(make("bdi", { textContent: state.name }), state.role ? ` · ${state.role}` : "");
  document.querySelector(".avatar").textContent = [...state.name][0].toUpperCase();
  if (!state.busy) {
    clearTimeout(working);
    showTyping("");
  }
  if (!live) {
    live = true;
    toEnd(true);
    countUnread();
  }
  if (kept("owner") !== state.owner && !byBot) toPage("handoff", state.owner);
  keep("owner", state.owner);
}
function put({ conversation, order, html, client }) {
  const template = make("template", { innerHTML: html });
  const message = template.content.firstElementChild;
  const old = $(message.id);
  const greeting = $("greeting");
  if (greeting && !greeting.hidden) keep("seen", message.id);
  greeting?.remove();
  if (client) $("p-" + client)?.remove();
  if (old) {
    if (old.contains(document.activeElement)) text.focus();
    old.replaceWith(message);
  } else {
    const section = sectionOf(conversation, order);
    const later = [...section.children].find((each) => number(each) > number(message));
    section.insertBefore(message, later ?? null);
  }
  dress(message);
  drawDays();
  if (!old && (live || isNew)) arrive(message);
  toEnd(!old && message.classList.contains("customer"));
}
const number = (message) => Number(message.id.split("-").pop());
function sectionOf(conversation, order) {
  let section = $("c-" + conversation);
  if (!section) {
    section = make("section", { id: "c-" + conversation });
    const later = [...log.querySelectorAll("section")].find((each) => Number(each.dataset.order) > order);
    log.insertBefore(section, later ?? pending);
  }
  section.dataset.order = order;
  return section;
}
function arrive(message) {
  arrived++;
  if (message.classList.contains("customer")) return expectAnswer();
  clearTimeout(working);
  showTyping("");
  const words = [...message.querySelectorAll(".words, .line, .file, img, .choices > *")];
  const said = words.map((each) => each.alt ?? each.innerText).join(", ");
  heard.append(make("p", { textContent: `${message.dataset.by}: ${said}` }));
  while (heard.children.length > 5) heard.firstChild.remove();
  countUnread();
}
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dates = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
function dress(message) {
  const time = message.querySelector("time");
  if (time) {
    time.textContent = clock.format(new Date(time.dateTime));
    time.title = new Date(time.dateTime).toLocaleString(language, { hourCycle: "h23" });
  }
  dropExpired(message);
  for (const link of message.querySelectorAll("[data-file]")) dressFile(link);
}
function dropExpired(message) {
  if (Date.now() + ahead - Date.parse(message.dataset.at) > EDITABLE_MS) message.querySelector(".acts")?.remove();
}
async function dressFile(link) {
  const picture = link.querySelector("img");
  if (!picture) return;
  try {
    picture.src = link.href = await fetchFile(link.dataset.file);
  } catch {
    picture.alt = link.dataset.name;
  }
}
async function fetchFile(id) {
  const answer = await fetch("/web/v1/files/" + id, { headers: { authorization: "Bearer " + token } });
  if (!answer.ok) throw answer;
  return URL.createObjectURL(await answer.blob());
}
function drawDays() {
  for (const line of log.querySelectorAll(".day")) line.remove();
  const today = new Date().toDateString();
  let day = "";
  let before;
  for (const message of log.querySelectorAll("section > .message[data-at]")) {
    const at = new Date(message.dataset.at);
    message.classList.add("last");
    const isSame = before && sideOf(before) === sideOf(message) && before.dataset.by === message.dataset.by;
    message.classList.toggle("same", isSame);
    if (isSame) before.classList.remove("last");
    before = message;
    if (at.toDateString() === day) continue;
    day = at.toDateString();
    const yesterday = new Date(Date.now() - 864e5).toDateString();
    const name = { [yesterday]: say.yesterday, [today]: say.today }[day] ?? dates.format(at);
    message.before(make("p", { className: "day", textContent: name }));
  }
}
const sideOf = (message) => message.className.split(" ")[1];
// Where reading goes on: the end, but no further than where the customer's own words, or the choice he made, stand at
// the top while the bot answers them, so that a long answer is read from its beginning. Never back up.
let pinned = true;
function readingPoint() {
  const end = log.scrollHeight - log.clientHeight;
  const messages = [...log.querySelectorAll("section > .message")];
  const own = messages.findLast((each) => each.matches(".customer, :has(.chosen)"));
  const answered = messages.at(-1)?.matches(".bot") && own;
  return answered ? Math.min(end, own.offsetTop - 12) : end;
}
function toEnd(really) {
  if (really) pinned = true;
  if (pinned) log.scrollTop = Math.max(log.scrollTop, readingPoint());
  newer.hidden = pinned && log.scrollTop > log.scrollHeight - log.clientHeight - 80;
}
log.addEventListener("scroll", () => {
  pinned = log.scrollTop > readingPoint() - 80;
  if (log.scrollTop > log.scrollHeight - log.clientHeight - 80) newer.hidden = true;
});
log.addEventListener("load", () => toEnd(), true);
new ResizeObserver(() => toEnd()).observe(log);
newer.onclick = () => (log.scrollTop = log.scrollHeight);
function showTyping(name, ms) {
  clearTimeout(showTyping.timer);
  typing.hidden = !name;
  if (!name) return;
  typing.querySelector(".sr").textContent = say.typing.replace("{name}", name);
  toEnd();
  showTyping.timer = setTimeout(() => (typing.hidden = true), ms);
}

// What has been seen: counted for the badge and the title, told to the desk.
const title = document.title;
function countUnread() {
  const messages = [...log.querySelectorAll("section:not(#greeting) > .message:not(.customer)")];
  const last = messages.at(-1);
  if (shown && !document.hidden && last) {
    if (kept("seen") !== last.id) {
      keep("seen", last.id);
      if (live) call("read", { conversation: last.parentNode.id.slice(2), number: number(last) }).catch(() => {});
    }
  }
  const unread = messages.length - 1 - messages.findIndex((each) => each.id === kept("seen"));
  document.title = unread ? `(${unread}) ${title}` : title;
  toPage("unread", unread);
}
const firstWords = $("greeting")?.cloneNode(true);
function forget() {
  unfollow();
  for (const section of log.querySelectorAll("section")) section.remove();
  if (firstWords) log.prepend(firstWords.cloneNode(true));
  pending.replaceChildren();
  cursor = token = "";
  live = false;
  for (const name of ["outbox", "seen", "who", "owner", "draft"]) keep(name, null);
  text.value = "";
}

// The composer.
let editing = "";
let files = [];
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const press = event.submitter?.name === "press" && event.submitter;
  if (press) pressed(press);
  else send();
});
function pressed(button) {
  if (button.getAttribute("aria-disabled")) return;
  const group = button.closest(".choices");
  for (const each of group?.querySelectorAll("button") ?? []) each.setAttribute("aria-disabled", "true");
  post("press", { value: button.value, language });
  if (group) text.focus();
}
function send() {
  const words = text.value.trim();
  const ready = files.filter((file) => file.id);
  if (files.some((file) => !file.id && !file.wrong) || !(words || ready.length)) return;
  if (new Blob([words]).size > Number(body.dataset.limit)) return tell(say.too_long);
  if (editing) post("edits", { message: Number(editing), text: words });
  else {
    const [ids, names] = [ready.map((file) => file.id), ready.map((file) => file.name)];
    post("messages", { text: words, files: ids, names, language });
  }
  if (!editing) for (const file of [...files]) if (!file.wrong) drop(file);
  text.value = "";
  keep("draft", null);
  edit("");
  grow();
  text.focus();
}
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
    event.preventDefault();
    send();
  } else if (event.key === "Escape" && editing) {
    event.stopPropagation();
    edit("");
  }
});
let typed = 0;
text.addEventListener("input", () => {
  grow();
  keep("draft", text.value || null);
  if (following && Date.now() - typed > 3000) {
    typed = Date.now();
    call("typing", {}).catch(() => {});
  }
});
function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  text.style.height = "auto";
  text.style.height = text.scrollHeight + "px";
}
function edit(target, words = "") {
  editing = target;
  $("editing").hidden = !target;
  $("send").setAttribute("aria-label", target ? say.save : say.send);
  if (target || words) text.value = words;
  if (target) text.focus();
}
$("editing").querySelector("button").onclick = () => {
  text.value = "";
  edit("");
  text.focus();
};

// Files: the button, a drop or a paste; each goes up at once and waits here for the words.
$("file").onchange = (event) => {
  [...event.target.files].forEach(takeFile);
  event.target.value = "";
};
text.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) event.preventDefault();
  [...event.clipboardData.files].forEach(takeFile);
});
body.dataset.drop = say.drop_file;
addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  body.classList.add("dropping");
});
addEventListener("dragleave", (event) => event.relatedTarget || body.classList.remove("dropping"));
addEventListener("drop", (event) => {
  event.preventDefault();
  body.classList.remove("dropping");
  [...event.dataTransfer.files].forEach(takeFile);
});
async function takeFile(given) {
  const file = { name: given.name };
  const bar = make("progress", { max: 1, value: 0, ariaLabel: say.uploading });
  const remove = make("button", { type: "button", ariaLabel: `${say.remove_file}: ${given.name}`, textContent: "×" });
  remove.onclick = () => {
    drop(file);
    text.focus();
  };
  file.chip = make("li", {}, make("bdi", { textContent: given.name }), bar, remove);
  if (given.type.startsWith("image/")) file.chip.prepend(make("img", { alt: "", src: URL.createObjectURL(given) }));
  files.push(file);
  $("files").append(file.chip);
  try {
    if (given.size > 10 * 1024 * 1024) throw new Error(say.file_too_large);
    if (!token) await enter();
    Object.assign(file, await upload(given, (part) => (bar.value = part)));
    bar.remove();
  } catch (error) {
    file.wrong = true;
    bar.replaceWith(make("span", { className: "wrong", role: "alert", textContent: error.message || say.not_sent }));
  }
}
function upload(file, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/web/v1/files");
    request.setRequestHeader("authorization", "Bearer " + token);
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onerror = () => failed(new Error(say.not_sent));
    request.onload = () => {
      if (request.status === 200) return done(request.response);
      const known = { 413: say.file_too_large, 415: say.file_refused };
      failed(new Error(known[request.status] ?? request.response?.message));
    };
    const data = new FormData();
    data.append("file", file);
    request.send(data);
  });
}
function drop(file) {
  files = files.filter((each) => each !== file);
  file.chip.remove();
}

// Presses on messages, keys, the menu.
log.addEventListener("click", async (event) => {
  const act = event.target.closest("[data-act]");
  const message = event.target.closest(".message");
  const file = event.target.closest(".file[data-file]");
  if (file) {
    event.preventDefault();
    make("a", { href: await fetchFile(file.dataset.file), download: file.dataset.name }).click();
  } else if (act?.dataset.act === "edit") edit(act.dataset.of, message.querySelector(".words").innerText);
  else if (act?.dataset.act === "withdraw") post("withdraw", { message: Number(act.dataset.of) });
  else if (!event.target.closest("a, button")) message?.classList.toggle("shown");
});
log.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const group = event.target.closest(".choices");
  if (!step || !group) return;
  event.preventDefault();
  const all = [...group.children];
  const turn = root.dir === "rtl" && event.key.match(/Left|Right/) ? -step : step;
  all[(all.indexOf(event.target) + turn + all.length) % all.length].focus();
});
const menu = document.querySelector(".menu");
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (menu.open) {
    menu.open = false;
    menu.firstElementChild.focus();
  } else toPage("close");
});
addEventListener("click", (event) => menu.contains(event.target) || (menu.open = false));
if (framed) $("close").onclick = () => toPage("close");
for (const link of menu.querySelectorAll(".languages a")) {
  link.hash = location.hash;
  link.onclick = () => post("language", { language: link.lang });
}
$("download").onclick = () => {
  const lines = [...log.querySelectorAll("section > *")].map((each) => {
    if (each.matches(".day, .state")) return `-- ${each.innerText.trim()} --`;
    const said = [...each.querySelectorAll(".words, .file, .chosen")].map((part) => part.innerText);
    return `${each.querySelector("time")?.textContent ?? ""} ${each.dataset.by}: ${said.join("\n")}`;
  });
  const file = new Blob([lines.join("\n\n") + "\n"], { type: "text/plain" });
  make("a", { href: URL.createObjectURL(file), download: `${title}.txt` }).click();
};

addEventListener("message", ({ source, origin, data }) => {
  if (!trusted || source !== parent || origin !== site || !data?.firstline) return;
  const { firstline: does, value } = data;
  if (does === "open") {
    shown = true;
    start();
    text.focus();
    countUnread();
  } else if (does === "close") shown = false;
  else if (does === "ask") post("messages", { text: String(value), files: [], language });
  else if (does === "identify") {
    signed = String(value);
    token = "";
    if (started) enter().catch(() => {});
  } else if (does === "signOut") {
    signed = "";
    forget();
    keep("visitor", null);
    if (started) enter().catch(() => {});
  } else if (does === "theme") root.dataset.theme = value;
});
let away;
// Another tab has begun the conversation.
addEventListener("storage", ({ key, newValue }) => {
  if (key === "firstline-seen" && newValue && !live) follow();
});
document.addEventListener("visibilitychange", () => {
  clearTimeout(away);
  if (document.hidden) away = setTimeout(unfollow, 120_000);
  else {
    if (live) follow();
    countUnread();
  }
});
addEventListener("offline", () => tell(say.offline));
addEventListener("online", () => (tell(""), drain()));
setInterval(() => log.querySelectorAll("section > .customer").forEach(dropExpired), 30_000);

let started = false;
function start() {
  if (started) return;
  started = true;
  if (kept("who")) $("greeting")?.setAttribute("hidden", "");
  text.value ||= kept("draft") ?? "";
  for (const item of outbox()) if (item.to === "messages") showPending(item);
  grow();
  enter().catch((error) => (error.status ? tell(error.message) : $("greeting")?.removeAttribute("hidden"))).then(drain);
}
document.querySelector("main").inert = false;
if (framed) toPage("ready");
else start();
if (framed && trusted && kept("who")) start();
