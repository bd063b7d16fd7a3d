// The launcher of the chat on a customer's site. Before it is opened it stores nothing, loads nothing and connects to
// nothing. `SETTINGS` is put in by the server.
(() => {
  const SETTINGS = /*SETTINGS*/ {};
  const { currentScript: script, documentElement: root } = document;
  if (window.firstline || !script) return;
  const { dataset } = script;
  const home = new URL(script.src).origin;
  const key = "firstline-opened";
  const phone = matchMedia("(max-width: 30rem)");
  let lang = dataset.lang || root.lang || navigator.language;
  let theme = dataset.theme || SETTINGS.theme;
  let isOpen = false, isReady = false, frame;
  const told = {};
  const waiting = [];
  const words = () => SETTINGS.words[lang.slice(0, 2)] || SETTINGS.words[SETTINGS.language];

  const color = /^#[\da-f]{6}$/i.test(dataset.color) ? dataset.color : SETTINGS.color;
  const light = [1, 3, 5].reduce((sum, at, i) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return sum + [0.2126, 0.7152, 0.0722][i] * (part > 0.04045 ? ((part + 0.055) / 1.055) ** 2.4 : part / 12.92);
  }, 0);
  const side = (dataset.side || SETTINGS.side) === "left" ? "left" : "right";
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host {
      all: initial !important; display: block !important; position: fixed !important; ${side}: 0 !important;
      bottom: 0 !important; z-index: 2147483647 !important; color-scheme: normal !important;
    }
    @media print { :host { display: none !important } }
    button {
      position: fixed; bottom: max(20px, env(safe-area-inset-bottom)); ${side}: 20px; width: 60px; height: 60px;
      display: grid; place-items: center; padding: 0; border: 0; border-radius: 50%; cursor: pointer;
      background: ${color}; color: ${light > 0.179 ? "#000" : "#fff"};
      box-shadow: 0 6px 24px #0000003d; transition: transform .15s;
    }
    button:hover { transform: scale(1.05) }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #000 }
    svg {
      width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 1.75;
      stroke-linecap: round; stroke-linejoin: round;
    }
    b {
      position: absolute; top: -4px; right: -4px; min-width: 22px; height: 22px; box-sizing: border-box;
      padding: 0 6px; border-radius: 11px; background: #b3261e; color: #fff; font: 600 13px/22px system-ui, sans-serif;
    }
    b:empty { display: none }
    iframe {
      position: fixed; bottom: 96px; ${side}: 20px; width: min(400px, 100vw - 40px);
      height: min(680px, 100vh - 120px); display: none; border: 0; border-radius: 18px; background: #fff;
      box-shadow: 0 16px 56px #0000003d, 0 0 0 1px #0000001a;
    }
    :host(.open) iframe { display: block; animation: rise .18s ease-out }
    @keyframes rise { from { opacity: 0; transform: translateY(12px) } }
    @media (max-width: 30rem) {
      iframe { inset: 0; width: 100vw; height: 100vh; height: 100dvh; border-radius: 0 }
      :host(.open) button { display: none }
    }
    @media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important } }`);

  const host = document.createElement("firstline-chat");
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [style];
  const draw = (tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);
  const bubble = "M20 11.5a7.5 7.5 0 0 1-11 6.6L4 19.5l1.4-4.5A7.5 7.5 0 1 1 20 11.5z";
  const button = document.createElement("button");
  const badge = document.createElement("b");
  const icon = draw("svg");
  const shape = draw("path");
  icon.setAttribute("viewBox", "0 0 24 24");
  shape.setAttribute("d", bubble);
  icon.append(shape);
  button.append(icon, badge);
  shadow.append(button);

  const emit = (event, value) => (told[event] || []).forEach((hear) => hear(value));
  const send = (does, value) => {
    if (isReady) frame.contentWindow.postMessage({ firstline: does, value }, home);
    else waiting.push([does, value]);
  };
  const label = (unread) => {
    badge.textContent = unread || "";
    button.ariaLabel = words()[0] + (unread ? `, ${words()[1]}: ${unread}` : "");
    button.ariaExpanded = String(isOpen);
  };
  const load = () => {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = words()[0];
    const look = new URLSearchParams({ lang: lang.slice(0, 2), theme, color: color.slice(1) });
    frame.src = `${home}/widget/frame?${look}#${encodeURIComponent(location.origin)}`;
    shadow.append(frame);
  };
  const show = (open) => {
    if (isOpen === open) return;
    isOpen = open;
    if (open) {
      load();
      try {
        if (dataset.return !== "off") localStorage.setItem(key, "1");
      } catch {}
      if (phone.matches) history.pushState({ ...history.state, firstline: 1 }, "");
    } else if (history.state?.firstline) history.back();
    host.classList.toggle("open", open);
    shape.setAttribute("d", open ? "M6 9l6 6 6-6" : bubble);
    label();
    send(open ? "open" : "close");
    if (open) frame.focus();
    else button.focus();
    emit(open ? "open" : "close");
  };
  button.onclick = () => show(!isOpen);
  addEventListener("popstate", () => phone.matches && isOpen && show(false));
  addEventListener("keydown", (event) => event.key === "Escape" && isOpen && show(false));
  addEventListener("message", ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== home) return;
    const { firstline: does, value } = data;
    if (does === "ready") {
      isReady = true;
      waiting.splice(0).forEach((each) => send(...each));
      if (isOpen) send("open");
    } else if (does === "close") show(false);
    else if (does === "unread") {
      label(isOpen ? 0 : value);
      emit(does, value);
    } else if (does === "handoff") emit(does, value);
  });

  const attach = () => host.isConnected || root.append(host);
  const watch = new MutationObserver(attach);
  const api = {
    open: () => show(true),
    close: () => show(false),
    toggle: () => show(!isOpen),
    ask: (text) => (show(true), send("ask", String(text))),
    identify: (token) => send("identify", String(token)),
    signOut: () => send("signOut"),
    set(values) {
      if (values.theme) send("theme", (theme = values.theme));
      if (!values.lang || values.lang === lang) return;
      lang = values.lang;
      label();
      if (!frame) return;
      frame.remove();
      frame = null;
      isReady = false;
      if (isOpen) load();
    },
    on: (event, hear) => (event === "ready" ? hear() : (told[event] ||= []).push(hear)),
    remove() {
      watch.disconnect();
      host.remove();
      delete window.firstline;
    },
  };
  window.firstline = new Proxy(api, {
    get: (all, name) => all[name] || (() => console.warn(`firstline.${String(name)} does not exist`)),
  });
  if (dataset.token) api.identify(dataset.token);
  label();
  attach();
  watch.observe(root, { childList: true });
  let opened;
  try {
    opened = dataset.return !== "off" && localStorage.getItem(key);
  } catch {}
  if (opened) (window.requestIdleCallback || setTimeout)(load);
  dispatchEvent(new Event("firstline:ready"));
})();
