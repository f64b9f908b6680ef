// The case page: choose a finding and the page turns and zooms to its ink; choose a word and see who uses it.
"use strict";
(() => {
  const desk = document.getElementById("desk");
  if (!desk) return;
  const say = window.verifierSay;
  const language = say("zh", "en");
  const keys = window.verifierKeys;
  const SVG = "http://www.w3.org/2000/svg";
  const WIDTHS = [960, 1800];
  const select = document.getElementById("viewer-page");
  const word = document.getElementById("word");
  const panes = [...desk.querySelectorAll(".pane")].map((figure) => ({
    figure, caption: figure.querySelector("figcaption"), canvas: figure.querySelector(".canvas"), sheet: figure.querySelector(".sheet"),
    image: figure.querySelector("img"), overlay: figure.querySelector("svg"), zoom: 1, file: null, page: null,
  }));
  let active = 0;
  let chosen = null; // the finding that is open
  let lastPlace = -1;

  const address = (file, page, what, query = {}) => `${desk.dataset.pages}/${what}?${new URLSearchParams({ file, page, ...query })}`;

  // --- showing a page -----------------------------------------------------------------------------
  async function show(pane, file, page, box, tone) {
    document.getElementById("viewer-empty").hidden = true;
    const turned = pane.file !== file || pane.page !== page;
    if (turned) word.hidden = true;
    pane.file = file; pane.page = page; pane.box = box; pane.tone = tone;
    pane.caption.textContent = `${file} · ${page}`;
    if (turned) {
      const arrived = new Promise((done) => { pane.image.onload = pane.image.onerror = done; });
      pane.image.src = address(file, page, "picture", { width: WIDTHS[box ? 1 : 0] });
      pane.image.alt = say(`${file} 第 ${page} 页`, `${file}, page ${page}`);
      pane.overlay.replaceChildren();
      pane.figure.classList.add("loading");
      await arrived;
      if (pane.file !== file || pane.page !== page) return; // turned again meanwhile
      if (!pane.image.naturalWidth) unreadable(pane);
      pane.figure.classList.remove("loading");
      loadWords(pane);
    }
    mark(pane, box, tone);
    if (box) zoomTo(pane, box); else setZoom(pane, 1);
    if (pane === panes[active]) choosePage(file, page);
  }

  function unreadable(pane) {
    pane.caption.textContent += ` — ${say("该页图像无法显示", "this page cannot be shown")}`;
  }

  function rectangle(box, name) {
    const rect = document.createElementNS(SVG, "rect");
    const [left, top, right, bottom] = box;
    for (const [key, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) rect.setAttribute(key, value * 1000);
    rect.setAttribute("class", name);
    return rect;
  }

  function mark(pane, box, tone) {
    pane.overlay.querySelectorAll(".evidence").forEach((old) => old.remove());
    if (box) pane.overlay.append(rectangle(box, `evidence ${tone || ""}`));
  }

  function setZoom(pane, zoom) {
    pane.zoom = Math.min(6, Math.max(0.4, zoom));
    pane.sheet.style.width = `${pane.zoom * 100}%`;
    if (pane.zoom > 1.2 && pane.file && !pane.image.src.includes(`width=${WIDTHS[1]}`)) pane.image.src = address(pane.file, pane.page, "picture", { width: WIDTHS[1] });
  }

  function zoomTo(pane, [left, top, right, bottom]) {
    setZoom(pane, Math.min(3, Math.max(1, 0.45 / Math.max(right - left, 0.05))));
    requestAnimationFrame(() => {
      pane.canvas.scrollLeft = ((left + right) / 2) * pane.sheet.offsetWidth - pane.canvas.clientWidth / 2;
      pane.canvas.scrollTop = ((top + bottom) / 2) * pane.sheet.offsetHeight - pane.canvas.clientHeight / 2;
    });
  }

  function choosePage(file, page) {
    const option = [...select.options].find((one) => one.dataset.file === file && Number(one.dataset.page) === Number(page));
    if (option) select.selectedIndex = option.index;
  }

  function turn(step) {
    const index = select.selectedIndex + step;
    if (index < 0 || index >= select.options.length) return;
    select.selectedIndex = index;
    openSelected();
  }
  const openSelected = () => {
    const option = select.selectedOptions[0];
    if (option) show(panes[active], option.dataset.file, Number(option.dataset.page), null);
  };

  // --- words: which field, which finding uses this ------------------------------------------------
  async function loadWords(pane) {
    const { file, page } = pane;
    const answer = await fetch(address(file, page, "words"));
    if (!answer.ok || pane.file !== file || pane.page !== page) return;
    const { words, places, read, blank } = await answer.json();
    if (!read) pane.caption.textContent += ` — ${say("本页文字未能读出", "the words of this page could not be read")}`;
    else if (blank) pane.caption.textContent += ` — ${say("空白页", "a blank page")}`;
    for (const one of words) {
      const rect = rectangle(one.box, one.places.length ? "word used" : "word");
      rect.addEventListener("click", () => tellWord(one, one.places.map((number) => places[number])));
      pane.overlay.prepend(rect);
    }
  }

  function tellWord(one, uses) {
    word.hidden = false;
    const line = document.createElement("p");
    line.append(Object.assign(document.createElement("b"), { textContent: one.text }), ` ${say("把握", "sure")} ${Math.round(one.confidence * 100)} %`);
    const used = document.createElement("p");
    for (const use of uses) {
      if (use.kind !== "finding") { used.append(tag(use.label[language]), " "); continue; }
      if (!document.getElementById(use.name)) continue; // not on this page
      const link = Object.assign(document.createElement("a"), { href: `#${use.name}`, textContent: `${use.label[language]} ${use.name}` });
      link.addEventListener("click", (event) => { event.preventDefault(); open(use.name); });
      used.append(link, " ");
    }
    if (!used.childNodes.length) used.textContent = say("没有字段或检查项用到这里。", "No field and no finding uses this.");
    const away = Object.assign(document.createElement("button"), { type: "button", className: "small quiet", textContent: "×" });
    away.setAttribute("aria-label", say("关闭", "Close"));
    away.addEventListener("click", () => { word.hidden = true; });
    word.replaceChildren(away, line, used);
  }
  const tag = (text) => Object.assign(document.createElement("span"), { className: "tag", textContent: text });

  // --- findings -------------------------------------------------------------------------------------
  const visible = () => [...desk.querySelectorAll(".finding:not([hidden])")].filter((one) => one.offsetParent);

  function open(check, focus = true) {
    const finding = document.getElementById(check);
    if (!finding) return;
    finding.hidden = false;
    selectTab("findings");
    const head = finding.querySelector(".finding-head");
    if (chosen && chosen !== finding) close(chosen);
    chosen = finding;
    lastPlace = -1;
    finding.classList.add("chosen");
    head.setAttribute("aria-expanded", "true");
    head.dispatchEvent(new CustomEvent("open-finding"));
    if (focus) head.focus({ preventScroll: true });
    finding.scrollIntoView({ block: "nearest" });
    history.replaceState(null, "", `#${check}`);
  }

  function close(finding) {
    finding.classList.remove("chosen");
    finding.querySelector(".finding-head").setAttribute("aria-expanded", "false");
    finding.querySelector(".finding-body").replaceChildren();
    if (chosen === finding) chosen = null;
  }

  function step(by) {
    const all = visible();
    const at = all.indexOf(chosen);
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    if (next && next !== chosen) open(next.id);
  }

  function showPlace(button) {
    desk.querySelectorAll(".place.shown").forEach((one) => one.classList.remove("shown"));
    button.classList.add("shown");
    if (button.dataset.case) { window.verifierToast(say(`该证据在案件 ${button.dataset.case} 中`, `This stands in case ${button.dataset.case}`)); return; }
    const tone = button.closest("[data-tone]")?.dataset.tone || button.closest(".finding")?.dataset.outcome;
    show(panes[active], button.dataset.file, Number(button.dataset.page), button.dataset.box?.split(",").map(Number) || null, tone);
  }

  function nextPlace() {
    const places = [...(chosen?.querySelectorAll(".finding-body .place") || [])];
    if (!places.length) return;
    lastPlace = (lastPlace + 1) % places.length;
    showPlace(places[lastPlace]);
  }

  desk.addEventListener("click", (event) => {
    const head = event.target.closest(".finding-head");
    if (head) { const finding = head.closest(".finding"); finding === chosen ? close(finding) : open(finding.id); return; }
    const place = event.target.closest(".place");
    if (place) {
      showPlace(place);
      if (window.matchMedia("(max-width: 1000px)").matches) document.getElementById("viewer").scrollIntoView({ block: "start" }); // it lies below
      return;
    }
    const correct = event.target.closest(".correct");
    if (correct) openCorrection(correct.dataset);
    const step = event.target.closest("[data-act]");
    if (step) acts[step.dataset.act]();
    const figure = event.target.closest(".pane");
    if (figure) activate(Number(figure.dataset.pane));
  });
  // what was just fetched for the finding that is open: go to its first evidence; two of them side by side when comparing
  document.addEventListener("htmx:after:swap", () => {
    if (!chosen) return;
    const holds = chosen.querySelector("[data-holds]")?.dataset.holds;
    if (holds) { chosen.classList.replace(chosen.dataset.outcome, holds); chosen.dataset.outcome = holds; }
    if (document.activeElement === document.body) chosen.querySelector(".finding-head").focus({ preventScroll: true }); // the form that had it is gone
    if (lastPlace < 0) nextPlace();
  });

  // --- comparing two places ---------------------------------------------------------------------------
  function activate(index) {
    active = panes[index].figure.hidden ? 0 : index;
    panes.forEach((pane, at) => pane.figure.classList.toggle("active", at === active && !panes[1].figure.hidden));
  }
  function split() {
    const second = panes[1].figure;
    second.hidden = !second.hidden;
    desk.querySelector('[data-act="split"]').setAttribute("aria-pressed", String(!second.hidden));
    if (second.hidden) { activate(0); return; }
    const places = [...(chosen?.querySelectorAll(".finding-body .place") || [])];
    activate(1);
    if (places.length > 1) { lastPlace = 0; showPlaceIn(0, places[0]); nextPlace(); }
    else if (panes[0].file) show(panes[1], panes[0].file, panes[0].page, null);
  }
  function showPlaceIn(index, button) { const before = active; active = index; showPlace(button); active = before; }

  const acts = {
    previous: () => turn(-1), next: () => turn(1), in: () => setZoom(panes[active], panes[active].zoom * 1.3),
    out: () => setZoom(panes[active], panes[active].zoom / 1.3), split,
  };
  select.addEventListener("change", openSelected);
  for (const pane of panes) {
    let from = null;
    pane.canvas.addEventListener("pointerdown", (event) => { if (event.target.closest(".word")) return; from = [event.clientX, event.clientY, pane.canvas.scrollLeft, pane.canvas.scrollTop]; });
    pane.canvas.addEventListener("pointermove", (event) => {
      if (!from || !event.buttons) return;
      pane.canvas.classList.add("dragging");
      pane.canvas.scrollLeft = from[2] - event.clientX + from[0];
      pane.canvas.scrollTop = from[3] - event.clientY + from[1];
    });
    for (const name of ["pointerup", "pointerleave"]) pane.canvas.addEventListener(name, () => { from = null; pane.canvas.classList.remove("dragging"); });
    pane.canvas.addEventListener("wheel", (event) => { if (event.ctrlKey) { event.preventDefault(); setZoom(pane, pane.zoom * (event.deltaY < 0 ? 1.15 : 0.87)); } }, { passive: false });
  }

  // --- tabs, filters, corrections, late papers --------------------------------------------------------
  const tabs = [...desk.querySelectorAll('[role="tab"]')];
  function selectTab(name) {
    for (const tab of tabs) {
      const on = tab.getAttribute("aria-controls") === name;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
    if (name !== "findings") history.replaceState(null, "", `#${name}`);
    if (name === "documents") document.getElementById("papers")?.dispatchEvent(new CustomEvent("open-papers"));
  }
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => selectTab(tab.getAttribute("aria-controls")));
    tab.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      const next = tabs[(index + by + tabs.length) % tabs.length];
      selectTab(next.getAttribute("aria-controls")); next.focus();
    });
  });
  // what is ticked is shown; what was opened stays until another tick
  const ticks = [...desk.querySelectorAll('.sift input')];
  function sift() {
    const on = (name) => new Set(ticks.filter((one) => one.name === name && one.checked).map((one) => one.value));
    const outcomes = on("outcome"), severities = on("severity");
    let shown = 0;
    for (const one of desk.querySelectorAll(".finding")) {
      one.hidden = !(outcomes.has(one.dataset.outcome) && severities.has(one.dataset.severity));
      shown += one.hidden ? 0 : 1;
    }
    document.getElementById("none-shown").hidden = shown > 0;
  }
  ticks.forEach((one) => one.addEventListener("change", sift));
  function openCorrection(data) {
    const dialog = document.getElementById("correction");
    const form = dialog.querySelector("form");
    form.elements.file.value = data.file; form.elements.page.value = data.page; form.elements.document_type.value = data.type;
    form.elements.field.value = data.field; form.elements.value.value = data.value;
    document.getElementById("correction-label").textContent = data.label;
    document.getElementById("correction-problem").textContent = "";
    dialog.showModal(); form.elements.value.select();
  }
  // what keeps a correction from being taken is told where it is typed
  document.getElementById("correction")?.addEventListener("htmx:response:error", (event) => {
    event.stopPropagation();
    let problem = null;
    try { problem = JSON.parse(event.detail.ctx.text); } catch { /* not ours */ }
    document.getElementById("correction-problem").textContent = problem?.detail ? `${problem.detail[language]} ${problem.hint[language]}` : say("请求未完成", "The request was not done");
  });
  document.getElementById("late")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const file = document.getElementById("late-file").files[0];
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await window.verifierSend(`${form.dataset.address}/${encodeURIComponent(file.name)}`, { method: "PUT", body: file });
      history.replaceState(null, "", "#files");
      location.reload(); // which says that the case is being judged again
    } catch { button.disabled = false; } // the refusal is told in its own words
  });

  for (const [key, act] of Object.entries({
    Escape: () => { word.hidden = true; },
    j: () => step(1), k: () => step(-1), e: nextPlace, "[": acts.previous, "]": acts.next, "+": acts.in, "=": acts.in, "-": acts.out,
    0: () => setZoom(panes[active], 1), s: split, ...Object.fromEntries(tabs.map((tab, at) => [at + 1, () => { selectTab(tab.getAttribute("aria-controls")); tab.focus(); }])), n: () => document.getElementById("next-case")?.form.requestSubmit(),
    a: () => { if (!chosen) step(1); (chosen || desk).querySelector(".decide input:not([type=hidden]), .second input:not([type=hidden])")?.focus(); },
  })) keys.set(key, act);

  // the address may name a tab or a finding. htmx begins in a timer that is older than this one, and timers keep their order:
  // opened sooner, a finding would ask for its body before anybody listens
  window.addEventListener("load", () => setTimeout(() => {
    const wanted = location.hash.slice(1);
    if (tabs.some((tab) => tab.getAttribute("aria-controls") === wanted)) selectTab(wanted);
    else if (document.getElementById(wanted)?.classList.contains("finding")) open(wanted, false);
    if (!panes[0].file && select.options.length) openSelected();
  }));
})();
