// What every page needs: the CSRF token on htmx requests, messages, dialogs, keys. No page depends on it to be read.
"use strict";
(() => {
  const token = document.querySelector('meta[name="csrf"]')?.content;
  const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  const say = (zh, en) => (language === "zh" ? zh : en);

  document.addEventListener("htmx:config:request", (event) => {
    if (token) event.detail.ctx.request.headers["X-CSRF-Token"] = token;
  });

  // A message that goes away; `undo` is an address that takes the act back.
  function toast(text, { tone = "", undo = null } = {}) {
    const box = document.createElement("div");
    box.className = `toast ${tone}`;
    box.append(Object.assign(document.createElement("span"), { textContent: text }));
    if (undo) {
      const button = Object.assign(document.createElement("button"), { textContent: say("撤销", "Undo"), className: "small" });
      button.addEventListener("click", async () => { await send(undo, { method: "POST" }); location.reload(); });
      box.append(button);
    }
    document.getElementById("toasts").append(box);
    setTimeout(() => box.remove(), undo ? 10000 : 5000);
  }

  // A request of the same origin with the token; a refusal is shown in its own words.
  async function send(address, options = {}) {
    const answer = await fetch(address, { ...options, headers: { ...(options.headers || {}), "X-CSRF-Token": token || "" } });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => null);
      refused(problem);
      throw Object.assign(new Error(problem?.code || String(answer.status)), { problem });
    }
    return answer;
  }

  // What the service refuses is told in its own words; the page stays as it is.
  function refused(problem) {
    toast(problem?.detail ? `${problem.detail[language]} — ${problem.hint[language]}` : say("请求未完成，请稍后再试", "The request was not done; try again"), { tone: "fail" });
  }
  document.addEventListener("htmx:response:error", (event) => {
    let problem = null;
    try { problem = JSON.parse(event.detail.ctx.text); } catch { /* not ours */ }
    refused(problem);
  });

  // On a narrow screen the place where one is may lie beyond the edge of the menu.
  for (const here of document.querySelectorAll(".menu [aria-current], .tabs [aria-current]")) {
    const row = here.parentElement;
    row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  }

  // `data-opens="id"` opens a dialog; `data-confirm` asks before a form is sent.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog")?.close();
  });
  document.addEventListener("submit", (event) => {
    const asked = event.target.dataset?.confirm;
    if (asked && !window.confirm(asked)) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  // Keys: `g` then a letter goes somewhere, `/` searches, `?` explains. Pages add theirs with verifierKeys.set(key, act).
  const keys = new Map();
  let leader = 0;
  const places = { q: "/queue", c: "/cases", b: "/batches", d: "/dashboard", l: "/checklists" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    if (document.querySelector("dialog[open]")) return;
    if (Date.now() - leader < 1200 && places[event.key]) { location.href = places[event.key]; return; }
    if (event.key === "g") { leader = Date.now(); return; }
    if (event.key === "?") { document.getElementById("keys").showModal(); return; }
    if (event.key === "/") {
      const box = document.querySelector('input[type="search"]');
      if (box) { event.preventDefault(); box.focus(); }
      return;
    }
    const act = keys.get(event.key);
    if (act) { event.preventDefault(); act(event); }
  });

  Object.assign(window, { verifierKeys: keys, verifierToast: toast, verifierSend: send, verifierSay: say });
})();
