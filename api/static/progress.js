// Work in progress, as the service counts it; the cases are asked for again as they move on, the page when it ends.
"use strict";
(() => {
  const live = document.getElementById("live");
  if (!live) return;
  const EVERY = 5000; // ms between two looks at the cases
  const cases = document.getElementById("cases");
  const events = new EventSource(live.dataset.events);
  const sum = (counts, names) => (names || Object.keys(counts)).reduce((all, name) => all + (counts[name] || 0), 0);
  const steps = live.querySelector("[data-steps]").content;
  let seenCases = "", due = 0;

  function set(part, done, total) {
    const box = live.querySelector(`[data-part="${part}"]`);
    const bar = box.querySelector("progress");
    bar.max = total || 1;
    bar.value = done;
    box.querySelector("span").textContent = `${done} / ${total} ${bar.getAttribute("aria-label")}`;
  }

  async function look() {
    due = 0;
    const answer = await fetch(cases.dataset.from, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok) cases.innerHTML = await answer.text();
  }

  events.addEventListener("progress", (event) => {
    const seen = JSON.parse(event.data);
    set("sources", sum(seen.sources, ["read", "partial", "rejected"]), sum(seen.sources));
    set("cases", sum(seen.cases, ["judged"]), sum(seen.cases));
    const step = steps.querySelector(`[data-state="${seen.state}"]`);
    const state = live.querySelector('[data-part="state"]');
    if (step && state.textContent !== step.textContent) state.textContent = step.textContent;
    const now = JSON.stringify([seen.cases, seen.sources]);
    if (now !== seenCases && !due && !document.hidden) due = setTimeout(look, EVERY);
    seenCases = now;
  });
  events.addEventListener("finished", () => { events.close(); location.reload(); });
})();
