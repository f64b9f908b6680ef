// Something is being done: `data-again="seconds"` asks the page again, while somebody looks at it and writes nothing.
"use strict";
(() => {
  const waiting = document.querySelector("[data-again]");
  if (!waiting) return;
  const writing = () => document.activeElement?.matches("input, select, textarea");
  setInterval(() => { if (!document.hidden && !writing()) location.reload(); }, Number(waiting.dataset.again) * 1000);
})();
