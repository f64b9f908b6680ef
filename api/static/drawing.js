// A box on a page: drawn with the mouse, moved and sized with the keys, or written as numbers; the words beside it follow.
"use strict";
(() => {
  const sheet = document.getElementById("drawing");
  const form = document.getElementById("label-form");
  if (!sheet || !form) return;
  const box = sheet.querySelector("rect.box");
  const label = sheet.querySelector("rect.label");
  const found = document.getElementById("suggestions");
  const sides = ["left", "top", "width", "height"].map((name) => form.elements[name]);
  const STEP = 0.5; // percent of the page
  const LEAST = 0.4;

  const written = () => sides.map((input) => (input.value === "" ? NaN : Number(input.value)));
  const round = (value) => String(Math.round(value * 10) / 10);
  const within = (value, low, high) => Math.min(Math.max(value, low), high);

  function place(rect, [left, top, width, height]) {
    for (const [name, value] of Object.entries({ x: left, y: top, width, height })) rect.setAttribute(name, value * 10);
    rect.removeAttribute("hidden");
  }
  function show() {
    const values = written();
    if (values.some(Number.isNaN)) box.setAttribute("hidden", ""); else place(box, values);
  }
  function write(left, top, width, height) {
    const wide = within(width, LEAST, 100), high = within(height, LEAST, 100);
    const values = [within(left, 0, 100 - wide), within(top, 0, 100 - high), wide, high];
    sides.forEach((input, at) => { input.value = round(values[at]); });
    show();
  }
  const look = () => found.dispatchEvent(new CustomEvent("box-drawn"));

  // --- mouse, pen, finger -----------------------------------------------------------------------------
  let from = null;
  const point = (event) => {
    const area = sheet.querySelector("img").getBoundingClientRect();
    return [within((event.clientX - area.left) / area.width, 0, 1) * 100, within((event.clientY - area.top) / area.height, 0, 1) * 100];
  };
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    sheet.focus({ preventScroll: true });
    sheet.setPointerCapture(event.pointerId);
    from = point(event);
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = point(event);
    write(Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]));
  });
  sheet.addEventListener("pointerup", (event) => {
    if (!from) return;
    const to = point(event);
    const drawn = Math.abs(to[0] - from[0]) > LEAST && Math.abs(to[1] - from[1]) > LEAST;
    from = null;
    if (drawn) look();
  });
  sheet.addEventListener("pointercancel", () => { from = null; });

  // --- keys ---------------------------------------------------------------------------------------------
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  sheet.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); look(); return; }
    const way = ways[event.key];
    if (!way || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    let [left, top, width, height] = written();
    if ([left, top, width, height].some(Number.isNaN)) { write(40, 20, 20, 2.5); return; }
    const by = event.altKey ? 0.1 : STEP;
    if (event.shiftKey) { width += way[0] * by; height += way[1] * by; } else { left += way[0] * by; top += way[1] * by; }
    write(left, top, width, height);
  });
  sides.forEach((input) => input.addEventListener("input", show));

  // --- the label that is chosen is marked on the page as well ---------------------------------------------
  function mark() {
    const chosen = found.querySelector("input:checked");
    if (!chosen) { label.setAttribute("hidden", ""); return; }
    const [left, top, right, bottom] = chosen.dataset.box.split(",").map((one) => Number(one) * 100);
    place(label, [left, top, right - left, bottom - top]);
  }
  found.addEventListener("change", mark);
  document.addEventListener("htmx:after:swap", mark);
  show();
  mark();
})();
