// The text of a file: numbers beside its lines, and a fault leads to its line.
"use strict";
(() => {
  for (const area of document.querySelectorAll("textarea.lines")) {
    const numbers = Object.assign(document.createElement("div"), { className: "numbers", ariaHidden: "true" });
    const frame = Object.assign(document.createElement("div"), { className: "numbered" });
    area.replaceWith(frame);
    frame.append(numbers, area);
    const count = () => {
      const lines = area.value.split("\n").length;
      if (numbers.childElementCount === lines) return;
      numbers.replaceChildren(...Array.from({ length: lines }, (_, at) => Object.assign(document.createElement("span"), { textContent: at + 1 })));
      numbers.scrollTop = area.scrollTop;
    };
    area.addEventListener("input", count);
    area.addEventListener("scroll", () => { numbers.scrollTop = area.scrollTop; });
    count();
  }

  const text = document.getElementById("text");
  function go(line) {
    const lines = text.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(start, start + (lines[line - 1] || "").length);
    text.scrollTop = (line - 4) * parseFloat(getComputedStyle(text).lineHeight);
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    if (link) { event.preventDefault(); go(Number(link.dataset.line)); }
  });
  const wanted = /^#L(\d+)$/.exec(location.hash);
  if (text && wanted) go(Number(wanted[1]));
})();
