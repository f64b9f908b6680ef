// Files, folders and ZIPs into a batch: a few at a time, each told at once whether it was taken and why not; large ones
// in pieces that can be gone on with. Files are moved between cases by dragging, or by the Move button.
"use strict";
(() => {
  const drop = document.getElementById("drop");
  if (!drop) return;
  const say = window.verifierSay;
  const language = say("zh", "en");
  const root = "/api/v1";
  const base = `${root}/batches/${drop.dataset.batch}`;
  const place = (path) => `${base}/files/${path.split("/").map(encodeURIComponent).join("/")}`;
  const AT_ONCE = 4, TRIES = 5, REFRESH = 1500;
  const WHOLE = Number(drop.dataset.whole);
  const HASHED = 256 * 1024 * 1024; // a larger file is not read into memory for its hash
  const sending = document.getElementById("sending");
  const underWay = document.getElementById("under-way");
  const refusals = document.getElementById("refusals");
  const filled = document.getElementById("filled");
  const waiting = [];
  let running = 0, done = 0, total = 0, refused = 0, refreshing = 0;

  // --- sending --------------------------------------------------------------------------------------
  function enqueue(files) {
    const into = document.getElementById("into").value.trim();
    if (!files.length) return;
    if (!running && !waiting.length) { done = 0; total = 0; refused = 0; }
    for (const { path, file } of files) waiting.push({ path: into && !path.includes("/") ? `${into}/${path}` : path, file });
    total += files.length;
    sending.hidden = false;
    while (running < AT_ONCE && waiting.length) next();
    tell();
  }

  async function next() {
    const one = waiting.shift();
    if (!one) return;
    running += 1;
    const row = rowOf(one);
    try {
      await (one.file.size > WHOLE ? inPieces(one, row) : whole(one));
    } catch (fault) {
      refused += 1;
      refuse(one, fault);
    }
    row.remove();
    running -= 1;
    done += 1;
    tell();
    if (waiting.length) next();
    refreshSoon();
  }

  function tell() {
    sending.querySelector("progress").max = total;
    sending.querySelector("progress").value = done;
    const taken = done - refused;
    const words = running || waiting.length ? say(`已上传 ${done} / ${total} 个文件`, `${done} of ${total} files sent`)
      : say(`上传完成：接收 ${taken} 个文件`, `Done: ${taken} files taken`) + (refused ? say(`，${refused} 个未接收`, `, ${refused} not taken`) : "");
    sending.querySelector("[role=status]").textContent = words;
    const start = document.getElementById("start");
    if (start) start.disabled = running > 0 || waiting.length > 0 || !filled.querySelector(".folder li");
  }

  function rowOf(one) {
    const row = document.createElement("li");
    const bar = Object.assign(document.createElement("progress"), { max: one.file.size || 1 });
    bar.setAttribute("aria-label", one.path);
    if (one.file.size > WHOLE) bar.value = 0;
    row.append(Object.assign(document.createElement("span"), { className: "name", textContent: one.path }), bar);
    underWay.append(row);
    return row;
  }

  // fetch that tells a cut line from an answer that refuses
  async function ask(address, options) {
    const token = document.querySelector('meta[name="csrf"]').content;
    const answer = await fetch(address, { ...options, headers: { ...(options.headers || {}), "X-CSRF-Token": token } });
    if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { problem: await answer.json().catch(() => null), status: answer.status });
    return answer;
  }
  const isCut = (fault) => !fault.status || fault.problem?.code === "upload_cut" || fault.status >= 502;

  async function again(act) {
    for (let tried = 1; ; tried += 1) {
      try { return await act(); } catch (fault) {
        if (!isCut(fault) || tried >= TRIES) throw fault;
        await new Promise((yes) => setTimeout(yes, 500 * 2 ** tried));
      }
    }
  }

  const whole = (one) => again(() => ask(place(one.path), { method: "PUT", body: one.file }));

  async function inPieces(one, row) {
    const begun = await (await again(async () => ask(`${base}/uploads`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ path: one.path, size: one.file.size, sha256: await hashOf(one.file) }) }))).json();
    const address = `${root}/uploads/${begun.id}`;
    let offset = begun.received;
    while (offset < one.file.size) {
      row.querySelector("progress").value = offset;
      offset = await again(async () => {
        const from = Number((await ask(address, { method: "HEAD" })).headers.get("Upload-Offset"));
        if (from >= one.file.size) return from;
        const sent = await ask(address, { method: "PATCH", headers: { "Upload-Offset": String(from) }, body: one.file.slice(from, from + WHOLE) });
        return Number(sent.headers.get("Upload-Offset"));
      });
    }
  }

  // what was begun before is gone on with only where it is the same file
  async function hashOf(file) {
    if (!window.crypto?.subtle || file.size > HASHED) return "";
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((one) => one.toString(16).padStart(2, "0")).join("");
  }

  function refuse(one, fault) {
    const item = document.createElement("li");
    const problem = fault.problem;
    const why = problem?.detail ? `${problem.detail[language]}${language === "zh" ? "。" : ". "}${problem.hint[language]}` : say("网络中断", "The network failed");
    const retry = Object.assign(document.createElement("button"), { type: "button", className: "small", textContent: say("重试", "Try again") });
    retry.addEventListener("click", () => { item.remove(); waiting.push(one); total += 1; sending.hidden = false; while (running < AT_ONCE && waiting.length) next(); });
    const leave = Object.assign(document.createElement("button"), { type: "button", className: "small quiet", textContent: say("知道了", "Dismiss") });
    leave.addEventListener("click", () => item.remove());
    item.append(Object.assign(document.createElement("b"), { textContent: one.path }), Object.assign(document.createElement("span"), { textContent: ` ${why} ` }), retry, leave);
    refusals.append(item);
  }
  window.addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });

  // --- what lies in the batch by now ------------------------------------------------------------------
  function refreshSoon() {
    if (!running && !waiting.length) { clearTimeout(refreshing); refreshing = 0; refresh(); return; }
    if (!refreshing) refreshing = setTimeout(() => { refreshing = 0; refresh(); }, REFRESH);
  }
  async function refresh(focused = "") {
    const answer = await fetch(filled.dataset.from, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return;
    filled.innerHTML = await answer.text();
    tell();
    if (!focused) return;
    const row = [...filled.querySelectorAll("[data-path]")].find((one) => one.dataset.path === focused);
    (row?.querySelector("[data-move]") || document.getElementById("pick-files")).focus();
  }

  // a dropped folder is walked; its own name is kept, since it is the case
  async function walk(entry, prefix = "") {
    if (entry.isFile) return [{ path: prefix + entry.name, file: await new Promise((yes, no) => entry.file(yes, no)) }];
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((yes, no) => reader.readEntries(yes, no));
      if (!some.length) break;
      for (const inner of some) found.push(...await walk(inner, `${prefix}${entry.name}/`));
    }
    return found;
  }
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const found = entries.length ? (await Promise.all(entries.map((entry) => walk(entry)))).flat() : [...event.dataTransfer.files].map((file) => ({ path: file.name, file }));
    enqueue(found);
  });
  const chosen = (input, pathOf) => input.addEventListener("change", () => { enqueue([...input.files].map((file) => ({ path: pathOf(file, input), file }))); input.value = ""; });
  chosen(document.getElementById("pick-files"), (file) => file.name);
  chosen(document.getElementById("pick-folder"), (file, input) => {
    // a folder that holds folders is a batch: its own name is no case
    const nested = [...input.files].some((one) => one.webkitRelativePath.split("/").length > 2);
    return nested ? file.webkitRelativePath.split("/").slice(1).join("/") : file.webkitRelativePath;
  });

  // --- moving and removing ----------------------------------------------------------------------------
  let moved = "";
  const inside = (path) => path.slice(path.indexOf("/") + 1); // its place within its case

  async function move(paths, to) {
    let last = "";
    for (const path of paths) {
      const target = `${to}/${inside(path)}`;
      if (target === path) continue;
      try {
        await window.verifierSend(place(path), { method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ path: target }) });
        last = last || target;
      } catch { break; } // the refusal is told in its own words
    }
    await refresh(last || paths[0]);
  }
  function askWhere(paths) {
    const dialog = document.getElementById("move");
    const to = document.getElementById("move-to");
    document.getElementById("move-what").textContent = paths.length === 1 ? paths[0] : say(`${paths.length} 个文件`, `${paths.length} files`);
    to.value = "";
    dialog.returnValue = "";
    dialog.showModal();
    dialog.onclose = () => { if (dialog.returnValue === "ok" && to.value.trim()) move(paths, to.value.trim()); };
  }
  const over = (folder, on) => folder?.classList.toggle("over", on);
  const takes = (event) => { const folder = event.target.closest?.(".folder"); return moved && folder && ("fresh" in folder.dataset || (folder.dataset.folder && folder.dataset.folder !== "references")) ? folder : null; };
  filled.addEventListener("dragstart", (event) => { moved = event.target.closest("li")?.dataset.path || ""; event.dataTransfer.setData("text/plain", moved); });
  filled.addEventListener("dragend", () => { moved = ""; filled.querySelectorAll(".over").forEach((one) => over(one, false)); });
  filled.addEventListener("dragover", (event) => { const folder = takes(event); if (folder) { event.preventDefault(); over(folder, true); } });
  filled.addEventListener("dragleave", (event) => { const folder = event.target.closest?.(".folder"); if (folder && !folder.contains(event.relatedTarget)) over(folder, false); });
  filled.addEventListener("drop", (event) => {
    const folder = takes(event);
    if (!folder) return;
    event.preventDefault();
    over(folder, false);
    if ("fresh" in folder.dataset) askWhere([moved]); else move([moved], folder.dataset.folder);
  });
  filled.addEventListener("click", async (event) => {
    const row = event.target.closest("li");
    if (event.target.closest("[data-move-all]")) askWhere([...event.target.closest(".folder").querySelectorAll("li[data-path]:not([data-role])")].map((one) => one.dataset.path));
    else if (event.target.closest("[data-move]")) askWhere([row.dataset.path]);
    else if (event.target.closest("[data-remove]")) {
      const beside = (row.nextElementSibling || row.previousElementSibling)?.dataset.path || "none";
      await window.verifierSend(place(row.dataset.path), { method: "DELETE" }).catch(() => null);
      refresh(beside);
    }
  });
})();
