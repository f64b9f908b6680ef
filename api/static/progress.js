// Work in progress, as the service counts it; the page is drawn anew when it ends.
"use strict";
(() => {
  const live = document.getElementById("live");
  if (!live) return;
  const events = new EventSource(live.dataset.events);
  const sum = (counts, names) => (names || Object.keys(counts)).reduce((all, name) => all + (counts[name] || 0), 0);
  function set(part, done, total) {
    const box = live.querySelector(`[data-part="${part}"]`);
    box.querySelector("progress").max = total || 1;
    box.querySelector("progress").value = done;
    const label = box.querySelector("progress").getAttribute("aria-label");
    box.querySelector("span").textContent = `${done} / ${total} ${label}`;
  }
  events.addEventListener("progress", (event) => {
    const seen = JSON.parse(event.data);
    set("sources", sum(seen.sources, ["read", "partial", "rejected"]), sum(seen.sources));
    set("cases", sum(seen.cases, ["judged"]), sum(seen.cases));
  });
  events.addEventListener("finished", () => { events.close(); location.reload(); });
})();
