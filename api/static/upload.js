// Files, folders and ZIPs into a batch: a few at a time, each told at once whether it was taken and why not.
"use strict";
(() => {
  const drop = document.getElementById("drop");
  if (!drop) return;
  const say = window.verifierSay;
  const base = `/api/v1/batches/${drop.dataset.batch}/files`;
  const place = (path) => `${base}/${path.split("/").map(encodeURIComponent).join("/")}`;
  const AT_ONCE = 4;
  const waiting = [];
  let running = 0, done = 0, total = 0;
  const sending = document.getElementById("sending");

  function enqueue(files) {
    const into = document.getElementById("into").value.trim();
    for (const { path, file } of files) waiting.push({ path: into && !path.includes("/") ? `${into}/${path}` : path, file });
    total += files.length;
    if (!files.length) return;
    sending.hidden = false;
    while (running < AT_ONCE && waiting.length) next();
  }

  async function next() {
    const one = waiting.shift();
    if (!one) return;
    running += 1;
    try {
      await window.verifierSend(place(one.path), { method: "PUT", body: one.file });
    } catch (fault) {
      const item = document.createElement("li");
      const lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
      const why = fault.problem ? `${fault.problem.detail[lang]} ${fault.problem.hint[lang]}` : say("网络中断，请重试", "The network failed; try again");
      item.append(Object.assign(document.createElement("b"), { textContent: one.path }), ` ${why}`);
      document.getElementById("refusals").append(item);
    }
    running -= 1; done += 1;
    sending.querySelector("progress").max = total;
    sending.querySelector("progress").value = done;
    sending.querySelector("span").textContent = say(`已上传 ${done} / ${total} 个文件`, `${done} of ${total} files sent`);
    if (waiting.length) next();
    else if (!running) setTimeout(refresh, document.getElementById("refusals").children.length ? 4000 : 300);
  }
  const refresh = () => location.reload();
  window.addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });

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
  document.getElementById("pick-files").addEventListener("change", (event) => enqueue([...event.target.files].map((file) => ({ path: file.name, file }))));
  document.getElementById("pick-folder").addEventListener("change", (event) => {
    const files = [...event.target.files];
    // a folder that holds folders is a batch: its own name is no case
    const nested = files.some((file) => file.webkitRelativePath.split("/").length > 2);
    enqueue(files.map((file) => ({ path: nested ? file.webkitRelativePath.split("/").slice(1).join("/") : file.webkitRelativePath, file })));
  });

  // moving and removing
  let moved = null;
  async function move(path, to) {
    const name = path.split("/").pop();
    await window.verifierSend(place(path), { method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ path: `${to}/${name}` }) });
    refresh();
  }
  document.querySelectorAll(".folder").forEach((folder) => {
    folder.addEventListener("dragstart", (event) => { moved = event.target.closest("li")?.dataset.path; event.dataTransfer.setData("text/plain", moved); });
    folder.addEventListener("dragover", (event) => { if (moved && folder.dataset.folder) { event.preventDefault(); folder.classList.add("over"); } });
    folder.addEventListener("dragleave", () => folder.classList.remove("over"));
    folder.addEventListener("drop", (event) => { event.preventDefault(); if (moved && folder.dataset.folder) move(moved, folder.dataset.folder); });
    folder.addEventListener("click", async (event) => {
      const row = event.target.closest("li");
      if (event.target.closest("[data-remove]")) { await window.verifierSend(place(row.dataset.path), { method: "DELETE" }); refresh(); }
      if (event.target.closest("[data-move]")) {
        const dialog = document.getElementById("move");
        dialog.showModal();
        dialog.onclose = () => { const to = document.getElementById("move-to").value.trim(); if (dialog.returnValue === "ok" && to) move(row.dataset.path, to); };
      }
    });
  });
})();
