// The letter printed, or its text taken along to a mail.
"use strict";
(() => {
  const text = document.getElementById("letter-text");
  if (!text) return;
  async function copy() {
    try { await navigator.clipboard.writeText(text.value); } catch { text.select(); document.execCommand("copy"); }
    window.verifierToast(window.verifierSay("已复制", "Copied"));
  }
  const acts = { print: () => window.print(), copy };
  document.addEventListener("click", (event) => { const button = event.target.closest("[data-letter]"); if (button) acts[button.dataset.letter](); });
})();
