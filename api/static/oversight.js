// One tick for all: `data-ticks="name"` ticks every box of that name in its form.
"use strict";
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-ticks]");
  if (!all) return;
  for (const one of all.form.querySelectorAll(`input[type="checkbox"][name="${all.dataset.ticks}"]`)) one.checked = all.checked;
});

// Work in progress: `data-polls` is where its figures are; the page is drawn anew when it ends.
(() => {
  const live = document.querySelector("[data-polls]");
  if (!live) return;
  const bar = live.querySelector("progress");
  const words = live.querySelector(".progress span");
  const begun = Date.now();
  let state = "";
  async function look() {
    const answer = await fetch(live.dataset.polls, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) {
      const seen = await answer.json();
      if (!["queued", "running", "adopting"].includes(seen.state) || (state && seen.state === "adopting" && state !== "adopting")) { location.reload(); return; }
      state = seen.state;
      const still = state === "adopting" ? seen.cases.judged : seen.cases.waiting;
      bar.max = seen.total || 1;
      bar.value = seen.total - (still || 0);
      words.textContent = `${bar.value} / ${seen.total} ${bar.getAttribute("aria-label")}`;
    }
    setTimeout(look, Date.now() - begun < 60000 ? 2000 : 10000); // long work is looked at less often
  }
  setTimeout(look, 1000);
})();
