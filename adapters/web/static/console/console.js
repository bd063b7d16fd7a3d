// The agent console in the browser: the stream that rings, the two composers, the keys.
// What is seen comes from the server as HTML; htmx fetches and places it, this file says when.
"use strict";

(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const body = document.body;
  if (!$("#main")) return;
  const token = body.dataset.token;

  const kept = {
    read(key) { try { return localStorage.getItem(key) || ""; } catch { return this.memory[key] || ""; } },
    write(key, value) {
      try { if (value) localStorage.setItem(key, value); else localStorage.removeItem(key); } catch { this.memory[key] = value; }
    },
    memory: {},
  };

  // ---- Telling the agent ---------------------------------------------------------------------

  function tell(words, wrong = false) {
    const toast = document.createElement("div");
    toast.className = wrong ? "toast wrong" : "toast";
    const text = document.createElement("span");
    text.textContent = words;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button bare thin push";
    close.setAttribute("aria-label", body.dataset.close);
    close.textContent = "×";
    close.addEventListener("click", () => toast.remove());
    toast.append(text, close);
    $("#toasts").append(toast);
    if (!wrong) setTimeout(() => toast.remove(), 6000);
  }

  function announce(words) {
    const heard = $("#heard");
    if (heard && words) heard.textContent = words;
  }

  // ---- The open conversation -----------------------------------------------------------------

  const talk = () => $("#talk");
  const openId = () => talk()?.dataset.id || "";
  const version = () => Number($("#talk-head")?.dataset.version || 0);
  const isAtEnd = (stream) => stream.scrollHeight - stream.scrollTop - stream.clientHeight < 80;

  // Who reads at the end stays there, also when a picture gets its height later; only scrolling up leaves it.
  let follow = true;
  let top = 0;
  function toEnd() {
    const stream = $("#stream");
    follow = true;
    if (stream) stream.scrollTop = stream.scrollHeight;
    top = stream?.scrollTop || 0;
  }
  // In a low window (a large zoom) the page itself scrolls: the last words and the composer are brought into sight.
  function toComposer() {
    toEnd();
    if (getComputedStyle($("#stream")).overflowY === "visible") composer().scrollIntoView({ block: "end" });
  }
  document.addEventListener("scroll", ({ target }) => {
    if (target.id !== "stream") return;
    follow = isAtEnd(target) || (follow && target.scrollTop >= top);
    top = target.scrollTop;
  }, true);
  document.addEventListener("load", ({ target }) => { if (follow && target.closest?.("#messages")) toComposer(); }, true);

  let fetching = null;
  function fetchNews(ring) {
    const id = openId();
    if (!id || fetching) { if (fetching) fetching.again = true; return; }
    const head = $("#talk-head");
    const before = Number(head.dataset.number);
    fetching = { again: false };
    htmx.ajax("GET", `/console/c/${id}/news?version=${head.dataset.version}&number=${head.dataset.number}`, {
      source: talk(), target: "#messages", swap: "beforeend show:none", headers: ring ? { "X-Console-Ring": "1" } : {},
    }).then(() => {
      if (openId() === id) {
        const fresh = all("#messages > .message").filter((item) => Number(item.id.slice(2)) > before);
        for (const item of fresh) announce(`${$(".by strong", item).textContent}: ${$(".bubble", item).textContent.trim()}`);
        if (follow) toEnd();
        gate();
        watchUnread();
        if (fresh.length) htmx.trigger(body, "ring");
      }
    }).catch(() => {}).finally(() => {
      const again = fetching.again;
      fetching = null;
      if (again) fetchNews(ring);
    });
  }

  // A customer's message counts as seen once it stood on a visible page for a moment (AG10: see before you send).
  let seen = 0;
  let watcher = null;
  function watchUnread() {
    watcher?.disconnect();
    watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) setTimeout(() => { if (!document.hidden && target.isConnected) markSeen(target); }, 700);
      }
    }, { root: $("#stream"), threshold: 0.2 });
    for (const item of all("#messages [data-customer]")) if (Number(item.dataset.customer) > seen) watcher.observe(item);
  }
  function markSeen(item) { seen = Math.max(seen, Number(item.dataset.customer)); }

  // ---- The composer --------------------------------------------------------------------------

  const composer = () => $("#composer");
  const text = () => $("#text");
  const draftKey = () => `firstline-draft-${openId()}`;
  const mode = () => composer().dataset.mode;
  const newKey = () => (crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join(""));

  function setMode(to) {
    const form = composer();
    form.dataset.mode = to;
    for (const button of all(".mode", form)) button.setAttribute("aria-pressed", String(button.dataset.to === to));
    form.setAttribute("hx-post", `/console/c/${openId()}/${to === "note" ? "note" : "say"}`);
    htmx.process(form);
    $("#text-label").textContent = text().dataset[`${to}Label`];
    $("#hint").textContent = text().dataset[`${to}Hint`];
    gate();
  }

  // Nothing goes to the customer unless the agent holds the conversation; a note always may be kept.
  let gated = false;
  function gate() {
    const form = composer();
    if (!form) return;
    const closed = Boolean($("#gate")?.dataset.gate);
    const opened = gated && !closed;
    gated = closed;
    if (opened && mode() === "note" && !form.dataset.chosen && !text().value.trim()) { setMode("reply"); return; }
    const shut = mode() === "reply" && Boolean($("#gate")?.dataset.gate);
    for (const button of all("[data-send]", form)) button.disabled = (button.classList.contains("main") && shut) || form.dataset.readOnly === "yes";
  }

  // Whom the agent himself has chosen to write to, nothing else changes.
  function switchTo(to) {
    composer().dataset.chosen = "yes";
    if (to === mode()) return text().focus();
    $("#to-reply").hidden = true;
    if (to === "reply" && text().value.trim()) {
      $("#to-reply").hidden = false;
      $("#to-reply [data-make=note]").focus();
      return undefined;
    }
    setMode(to);
    keepDraft();
    return text().focus();
  }

  function keepDraft() {
    const value = text().value;
    kept.write(draftKey(), value.trim() ? JSON.stringify({ mode: mode(), text: value, key: composer().elements.key.value, reply: composer().elements.reply.value }) : "");
  }

  function openTalk() {
    const opened = talk();
    opened.addEventListener("htmx:beforeOnLoad", (event) => { // news of a conversation that is no longer the open one
      if (event.target === opened && !opened.isConnected) event.preventDefault();
    });
    seen = 0;
    gated = Boolean($("#gate")?.dataset.gate);
    if (!composer()) return;
    $("#main").dataset.open = "yes"; // first, as a narrow window shows the conversation only from here on
    const form = composer();
    form.elements.key.value = newKey();
    let draft = null;
    try { draft = JSON.parse(kept.read(draftKey()) || "null"); } catch { draft = null; }
    if (draft) {
      text().value = draft.text;
      form.elements.key.value = draft.key || newKey();
      form.elements.reply.value = draft.reply || "";
    }
    setMode(draft ? draft.mode : mode());
    toComposer();
    for (const item of all("#messages [data-customer]")) markSeen(item);
    watchUnread();
    markCurrent();
    connect();
  }

  // Only what went is taken away: the agent may write on, in another composer or in another conversation.
  let going = { id: "", text: "" };
  function sent() {
    if (going.id !== openId()) { kept.write(`firstline-draft-${going.id}`, ""); return; }
    const form = composer();
    form.elements.key.value = newKey();
    form.elements.anyway.value = "";
    form.elements.reply.value = "";
    if (text().value.startsWith(going.text)) text().value = text().value.slice(going.text.length).trimStart();
    for (const id of ["#unread", "#not-sent"]) $(id).hidden = true;
    if (!text().value) $("#to-reply").hidden = true;
    keepDraft();
    toComposer();
    if (form.contains(document.activeElement) || document.activeElement === body) text().focus();
  }

  function insert(words, { inside = false, reply = "" } = {}) {
    const area = text();
    if (!area) return;
    if (inside && mode() === "reply") setMode("note");
    area.focus();
    const start = area.selectionStart;
    const lead = start && !/\s$/.test(area.value.slice(0, start)) ? "\n" : "";
    area.setRangeText(lead + words, start, area.selectionEnd, "end");
    if (reply) composer().elements.reply.value = reply;
    keepDraft();
  }

  // The customer sees that a reply is being written; of a note he learns nothing.
  let typedAt = 0;
  function tellTyping() {
    if (mode() !== "reply" || $("#gate")?.dataset.gate || Date.now() - typedAt < 3000) return;
    typedAt = Date.now();
    fetch(`/console/c/${openId()}/typing`, { method: "POST", headers: { "X-Console-Token": token, "HX-Request": "true" } }).catch(() => {});
  }

  body.addEventListener("input", (event) => {
    if (event.target.id === "text") { $("#not-sent").hidden = true; keepDraft(); tellTyping(); }
    if (event.target.id === "seek") { clearTimeout(seekTimer); seekTimer = setTimeout(seek, 200); }
    if (event.target.matches("[data-filter]")) {
      const wanted = event.target.value.trim().toLowerCase();
      for (const row of all("#sheet-inner .row")) row.hidden = Boolean(wanted) && !row.dataset.words.includes(wanted);
    }
  });

  body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id !== "composer") return;
    event.detail.parameters.set("seen", seen);
    if (!text().value.trim()) event.preventDefault();
    going = { id: openId(), text: text().value };
    $("#not-sent").hidden = true;
  });
  body.addEventListener("sent", sent);
  body.addEventListener("unread", () => { $("#unread").hidden = false; fetchNews(false); $("#unread [data-unread=read]").focus(); });
  body.addEventListener("news", () => fetchNews(false));
  body.addEventListener("told", (event) => tell(event.detail.words, event.detail.wrong));

  // ---- Clicks --------------------------------------------------------------------------------

  body.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    let button;
    if ((button = hit("[data-to]"))) switchTo(button.dataset.to);
    else if ((button = hit("[data-make]"))) {
      $("#to-reply").hidden = true;
      if (button.dataset.make === "reply") { setMode("reply"); keepDraft(); }
      text().focus();
    } else if ((button = hit("[data-unread]"))) {
      $("#unread").hidden = true;
      if (button.dataset.unread === "send") { composer().elements.anyway.value = "yes"; htmx.trigger(composer(), "submit"); }
      else { for (const item of all("#messages [data-customer]")) markSeen(item); toEnd(); text().focus(); }
    } else if ((button = hit("[data-insert]"))) {
      $("#sheet").close();
      insert(button.dataset.insert, { inside: button.dataset.inside === "yes", reply: button.dataset.reply });
    } else if (hit("[data-drawer]")) drawer();
    else if (hit("[data-find]")) find();
    else if ((button = hit(".tabs a"))) { view = button.dataset.view; $("#seek").value = ""; }
    else if ((button = hit("[data-opens]"))) $(`#${button.dataset.opens}`).showModal();
    else if ((button = hit("[data-closes]"))) button.closest("dialog").close();
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target) || event.target.closest(".item[hx-post], .item[hx-get]")) menu.open = false;
  });

  function drawer(open = !$("#facts").classList.contains("open")) {
    const facts = $("#facts");
    if (!facts) return;
    facts.classList.toggle("open", open);
    $(".only-drawer[data-drawer]")?.setAttribute("aria-expanded", String(open));
    (open ? $(".close", facts) : $(".only-drawer[data-drawer]"))?.focus();
  }

  function find() {
    if (!$("#find")) return;
    if (getComputedStyle($("#facts")).position === "fixed") drawer(true);
    $("#find").focus();
  }

  // A press ends on what it began on: while a button of the mouse is down, or a finger, nothing is placed anew.
  let isPressing = false;
  let hasMissed = false;
  function release() {
    isPressing = false;
    if (!hasMissed) return;
    hasMissed = false;
    reloadQueue();
    fetchNews(true);
    htmx.trigger(body, "ring");
  }
  addEventListener("pointerdown", () => { isPressing = true; });
  for (const name of ["pointerup", "pointercancel", "blur"]) addEventListener(name, () => setTimeout(release, 0));
  body.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!isPressing || !event.detail.elt.matches("#talk, #queue, #card, #found")) return;
    hasMissed = true;
    event.preventDefault();
  });

  // ---- What htmx placed ----------------------------------------------------------------------

  body.addEventListener("htmx:afterSettle", (event) => {
    const { id } = event.detail.target;
    if (id === "sheet-inner" && !$("#sheet").open) { $("#sheet").showModal(); $("#sheet [autofocus]")?.focus(); }
    if (id === "queue") markCurrent();
  });
  // A menu that the agent has open stays open when news bring its bar anew.
  body.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const former = all("details.menu", detail.target);
    all("details.menu", detail.fragment).forEach((menu, at) => { menu.open = Boolean(former[at]?.open); });
  });
  body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "work" || event.detail.elt?.id === "work") setTimeout(openTalk, 0);
  });
  body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.elt.matches("[data-closes-after]")) $("#sheet").close();
  });
  body.addEventListener("htmx:sendError", (event) => { if (!event.detail.elt.matches("#talk, #queue, #card, #banner")) lost(event.detail.elt, body.dataset.lost); });
  body.addEventListener("htmx:responseError", (event) => {
    const { xhr, elt } = event.detail;
    if (xhr.getResponseHeader("HX-Trigger")) return;
    if (xhr.status === 401) { location.assign("/console/login?ended=1"); return; }
    if (elt.id === "talk" && xhr.status === 404) { location.assign("/console"); return; } // it has gone to another team
    if (elt.matches("#talk, #queue, #card, #banner, #found")) return;
    let words = "";
    try { words = JSON.parse(xhr.responseText).message; } catch { words = `${xhr.status}`; }
    lost(elt, words);
  });
  function lost(elt, words) {
    if (elt.id !== "composer") { tell(words, true); return; }
    $("#not-sent").hidden = false;
    $("#not-sent span").textContent = words;
  }

  function markCurrent() {
    for (const entry of all("#lines .entry")) {
      if (entry.dataset.id === openId()) entry.setAttribute("aria-current", "true"); else entry.removeAttribute("aria-current");
    }
    const owed = $("#owed");
    if (!owed) return;
    const count = Number(owed.dataset.count);
    document.title = document.title.replace(/^\(\d+\) /, "");
    if (count) document.title = `(${count}) ${document.title}`;
    if (count > (markCurrent.last ?? count)) announce(owed.dataset.words);
    markCurrent.last = count;
  }

  // ---- The stream ----------------------------------------------------------------------------
  // Read with fetch, not EventSource: the session's token goes along, so a foreign page cannot open it.

  let line = null;
  let wait = 0;
  let queueTimer = 0;
  let seekTimer = 0;
  let reloadedAt = 0;

  function shown(ok) {
    const state = $("#line-state");
    if (!state) return;
    state.classList.toggle("off", !ok);
    const words = ok ? body.dataset.live : body.dataset.lost;
    if ($("span", state).textContent !== words) $("span", state).textContent = words;
  }

  function connect() {
    if (!$("#queue")) return;
    const id = openId();
    if (line && line.id === id && !line.done) return;
    line?.stop.abort();
    const mine = { id, stop: new AbortController(), done: false };
    line = mine;
    read(mine).catch(() => {}).finally(() => {
      mine.done = true;
      if (line !== mine || mine.stop.signal.aborted) return;
      wait = Math.min(30000, wait ? wait * 2 : 1000);
      setTimeout(() => { if (wait > 2000) shown(false); }, 0);
      setTimeout(() => { if (line === mine) connect(); }, wait * (0.75 + Math.random() / 2));
    });
  }

  async function read(mine) {
    const answer = await fetch(`/console/stream?conversation=${mine.id}&version=${version()}`, {
      headers: { "X-Console-Token": token, Accept: "text/event-stream" }, signal: mine.stop.signal, cache: "no-store",
    });
    if (answer.status === 401) { location.assign("/console/login?ended=1"); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    wait = 0;
    shown(true);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      buffer += value;
      const blocks = buffer.split("\n\n");
      buffer = blocks.pop();
      for (const block of blocks) heard(block);
    }
  }

  function heard(block) {
    const kind = /^event: (\w+)$/m.exec(block)?.[1];
    if (kind === "conversation") {
      if (Number(/^data: (\d+)$/m.exec(block)?.[1]) > version()) { fetchNews(true); htmx.trigger(body, "ring"); }
    } else if (kind === "queue") reloadQueue();
    else if (kind === "typing") { const typing = $("#typing"); if (typing) typing.hidden = !block.includes("data: 1"); }
    else if (kind === "desk") htmx.trigger(body, "desk");
    else if (kind === "ended") location.assign("/console/login?ended=1");
  }

  function reloadQueue() {
    if (queueTimer) return;
    queueTimer = setTimeout(() => {
      queueTimer = 0;
      reloadedAt = Date.now();
      showQueue({ "X-Console-Ring": "1" });
    }, Math.max(120, reloadedAt + 1000 - Date.now()));
  }

  // The view that the agent chose last, or what he looks for instead of it.
  let view = $(".tabs [aria-current]")?.dataset.view || "mine";
  function showQueue(headers = {}) {
    const asked = $("#seek").value.trim();
    const focused = document.activeElement?.closest?.("#queue .entry, #queue .tabs a");
    const again = focused && (focused.dataset.id ? `.entry[data-id="${focused.dataset.id}"]` : `[data-view="${focused.dataset.view}"]`);
    const top = $("#lines")?.scrollTop || 0;
    return htmx.ajax("GET", `/console/queue?view=${view}&q=${encodeURIComponent(asked)}`, { source: "#queue", target: "#queue", swap: "innerHTML show:none", headers }).then(() => {
      if ($("#lines")) $("#lines").scrollTop = top;
      if (again && document.activeElement === body) $(`#queue ${again}`)?.focus({ preventScroll: true });
    }).catch(() => {});
  }
  function seek() {
    clearTimeout(seekTimer);
    return showQueue().then(() => announce($("#found-count")?.textContent));
  }

  // ---- Keys ----------------------------------------------------------------------------------
  // By letter on Latin layouts; elsewhere (Cyrillic) by the key's position. Never with Alt, Ctrl or Meta.

  const positions = { KeyJ: "j", KeyK: "k", KeyG: "g", KeyQ: "q", KeyM: "m", KeyF: "f", KeyC: "c", KeyR: "r", KeyN: "n", KeyT: "t", KeyA: "a", KeyE: "e", KeyB: "b", KeyW: "w", KeyS: "s" };
  let went = 0;

  function keyOf(event) {
    const letter = event.key.length === 1 ? event.key.toLowerCase() : "";
    if (/^[a-z/?]$/.test(letter)) return letter;
    if (/\p{Script=Latin}/u.test(letter)) return "";
    if (event.code === "Slash" || (event.code === "Digit7" && event.shiftKey)) return event.code === "Slash" && event.shiftKey ? "?" : "/";
    return positions[event.code] || "";
  }

  function step(by) {
    const entries = all("#lines .entry");
    if (!entries.length) return;
    const at = entries.findIndex((entry) => entry.dataset.id === openId());
    const next = entries[at < 0 ? (by > 0 ? 0 : entries.length - 1) : Math.min(entries.length - 1, Math.max(0, at + by))];
    next.scrollIntoView({ block: "nearest" });
    next.focus();
    next.click();
  }

  function press(key) {
    if (key === "j") return step(1);
    if (key === "k") return step(-1);
    if (key === "?") return $("#keys").showModal();
    if (key === "s" || (key === "/" && !composer())) return $("#seek")?.focus();
    if (key === "w") return all("#messages [data-why]").pop()?.click();
    if (key === "r" || key === "n") return composer() && switchTo(key === "n" ? "note" : "reply");
    return $(`#work [data-key="${key}"]`)?.click();
  }

  document.addEventListener("keydown", (event) => {
    const inText = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.target.id === "text") {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
        event.preventDefault();
        const button = $(mode() === "note" ? "#composer .keep" : "#composer .main");
        if (!button.disabled) htmx.trigger(composer(), "submit");
      } else if (event.key === "Escape") { $("#stream").focus(); }
      return;
    }
    if (event.target.id === "seek" && event.key === "Escape") {
      event.target.value = "";
      event.target.blur();
      seek();
      return;
    }
    if (event.key === "Escape" && $("#facts.open")) { drawer(false); return; }
    if (body.dataset.keys === "off" || inText || event.altKey || event.ctrlKey || event.metaKey || $("dialog[open]")) return;
    const key = keyOf(event);
    if (!key) return;
    if (Date.now() - went < 1500 && (key === "q" || key === "m")) {
      went = 0;
      event.preventDefault();
      const view = key === "m" ? "mine" : "unassigned";
      const tab = $(`.tabs [data-view="${view}"]`);
      tab?.focus();
      tab?.click();
      return;
    }
    went = key === "g" ? Date.now() : 0;
    if (key === "g" || key === "q" || key === "m") return;
    event.preventDefault();
    press(key);
  });

  body.addEventListener("submit", (event) => {
    if (!event.target.matches(".seek")) return;
    event.preventDefault();
    seek().then(() => $("#lines .entry")?.focus());
  });

  // Choices of the menu come back to the conversation that is open now, not to the page that was loaded first.
  body.addEventListener("submit", (event) => {
    const back = event.target.elements?.back;
    if (back) back.value = location.pathname + location.search;
  });

  // ---- Beginning -----------------------------------------------------------------------------

  // A tab that nobody looks at lets its connection go after a while; it catches up when it is looked at again.
  let leaving = 0;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (document.hidden) leaving = setTimeout(() => { line?.stop.abort(); line = null; }, 120000);
    else { if (composer()) watchUnread(); connect(); }
  });
  window.addEventListener("popstate", () => location.reload());
  if ($("#queue")) {
    setInterval(reloadQueue, 30000);
    if (composer()) openTalk(); else { markCurrent(); connect(); }
  }
})();
