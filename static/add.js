// "Add a paper": checks the form as it is filled in, shows the record (record.js), and hands it to the repository's
// new-file page or to a download.
"use strict";

(() => {
  const form = /** @type {HTMLFormElement} */ (document.getElementById("add"));
  if (!form) return;

  /** @type {Rules} */
  const rules = JSON.parse(document.getElementById("rules").textContent);
  const slugField = /** @type {HTMLInputElement} */ (document.getElementById("slug"));
  const saving = /** @type {HTMLButtonElement} */ (document.getElementById("save"));
  const copying = /** @type {HTMLButtonElement} */ (document.getElementById("copy"));
  const recordText = document.getElementById("text");
  const entries = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-name]")]);
  const FIELDS = "input, textarea, select";
  const MOST_ADDRESS = 7500; // what GitHub takes of an address, with room to spare
  const touched = new Set();
  let taken = new Set(); // slugs that other papers have, once they are loaded
  const papers = new Map(); // their slugs by arXiv id and DOI
  const KEPT = `offprint:add:${document.documentElement.dataset.archive}`;
  let loading = null;
  let path = "";

  // The value of a field as the rules see it: a text, a list of texts, or an object; undefined where it is empty.
  function inputOf(entry) {
    const { shape } = entry.dataset;
    if (shape === "topics") {
      const chosen = [...entry.querySelectorAll("input:checked")].map((box) => box.value);
      return chosen.length ? chosen : undefined;
    }
    if (shape === "links") {
      const links = [...entry.querySelectorAll("input")].map((field) => [field.name, field.value.trim()]);
      const filled = links.filter(([, url]) => url);
      return filled.length ? Object.fromEntries(filled) : undefined;
    }
    return record.valueOfTyped(entry.querySelector(FIELDS).value, shape, rules.forbidden);
  }

  function tell(place, fault, fields) {
    place.textContent = fault;
    for (const field of fields) {
      if (fault) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  }

  function update() {
    const values = {};
    let faults = 0;
    for (const entry of entries) {
      const { name } = entry.dataset;
      const value = inputOf(entry);
      let fault = "";
      if (value !== undefined) fault = record.faultOf(value, rules.fields[name]);
      else if (rules.required.includes(name)) fault = text("needed");
      if (fault) faults += 1;
      else if (value !== undefined) values[name] = value;
      tell(document.getElementById(`fault-${name}`), touched.has(name) ? fault : "", entry.querySelectorAll(FIELDS));
    }
    if (!touched.has("slug")) slugField.value = values.title ? record.slugFor(values.title, rules.slug, taken) : "";
    const slug = slugField.value.trim();
    const slugFault = record.slugFaultOf(slug, rules.slug, taken);
    if (slugFault) faults += 1;
    tell(document.getElementById("fault-slug"), values.title || touched.has("slug") ? slugFault : "", [slugField]);
    showKnown(values);
    path = `content/papers/${values.date ? values.date.slice(0, 4) : "undated"}/${slug || "…"}.md`;
    show(record.textOf(values, Object.keys(rules.fields)), faults, values.title);
  }

  function show(content, faults, title) {
    recordText.textContent = content;
    document.getElementById("path").textContent = path;
    document.getElementById("state").textContent = faults ? text("to_do", { count: faults }) : text("nothing_missing");
    const already = /** @type {HTMLAnchorElement} */ (document.getElementById("already"));
    already.search = title ? `?q=${encodeURIComponent(title)}` : "";
    saving.disabled = faults > 0;
    if (!rules.new) return;
    const link = /** @type {HTMLAnchorElement} */ (document.getElementById("propose"));
    const empty = `${rules.new}?filename=${encodeURIComponent(path)}`;
    const whole = `${empty}&value=${encodeURIComponent(content)}`;
    const long = whole.length > MOST_ADDRESS;
    link.hidden = faults > 0;
    link.href = long ? empty : whole;
    document.getElementById("long").hidden = !long || faults > 0;
  }

  // The paper that has the ids which are typed; a title alone is no proof.
  function showKnown(values) {
    const known = document.getElementById("known");
    const link = known.querySelector("a");
    const slug = papers.get((values.arxiv ?? "").replace(/v[0-9]+$/u, "")) ?? papers.get((values.doi ?? "").toLowerCase());
    known.hidden = !slug;
    if (!slug) return;
    link.href = `${document.documentElement.dataset.root}papers/${slug}.html`;
    link.textContent = slug;
  }

  function touch(name) {
    touched.add(name);
    loading ??= loadSlugs();
    update();
    keep();
  }

  // What is typed stays over a reload, in this tab alone.
  const fieldsOfForm = () => /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(FIELDS)]);
  const keyOf = (field) => field.id || `${field.name}:${field.type === "checkbox" ? field.value : ""}`;

  function keep() {
    const typed = fieldsOfForm().map((field) => [keyOf(field), field.type === "checkbox" ? field.checked : field.value]);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(typed.filter(([, value]) => value))));
    } catch {
      // without storage, or with a full one, what is typed lasts as long as the page
    }
  }

  function restore() {
    let kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    } catch {
      return;
    }
    for (const field of fieldsOfForm()) {
      const value = kept[keyOf(field)];
      if (value === undefined) continue;
      if (field.type === "checkbox") field.checked = value;
      else field.value = value;
      const entry = /** @type {HTMLElement} */ (field.closest("[data-name]"));
      if (!entry) continue;
      const closed = field.closest("details");
      if (closed) closed.open = true;
      if (entry.dataset.name !== "listed") touched.add(entry.dataset.name);
    }
    if (touched.size) loading ??= loadSlugs();
  }

  // Fills in what a pasted text says; what the form has no field for is named.
  function fillIn() {
    const pasted = /** @type {HTMLTextAreaElement} */ (document.getElementById("paste")).value;
    const { arxiv, doi } = paste.idsOf(pasted);
    const entry = arxiv || doi ? { values: { arxiv, doi }, left: [] } : paste.entryOf(pasted);
    const told = document.getElementById("pasted");
    if (!entry) {
      told.textContent = text("nothing_pasted");
      return;
    }
    const filled = [];
    for (const [name, value] of Object.entries(entry.values)) {
      const field = /** @type {HTMLInputElement} */ (document.getElementById(`field-${name}`));
      if (!field || !value) continue;
      field.value = value;
      touched.add(name);
      const closed = field.closest("details");
      if (closed) closed.open = true;
      filled.push(form.querySelector(`label[for="field-${name}"]`).firstChild.textContent.trim());
    }
    const left = entry.left.length ? ` ${text("not_filled_in", { fields: entry.left.join(", ") })}` : "";
    told.textContent = filled.length ? text("filled_in", { fields: filled.join(", ") }) + left : text("nothing_pasted");
    touch("title");
  }

  function startAgain() {
    try {
      sessionStorage.removeItem(KEPT);
    } catch {
      // nothing was kept
    }
    form.reset();
    touched.clear();
    document.getElementById("pasted").textContent = "";
    setToday();
    update();
  }

  // Without them a name may be taken, which `check` finds.
  async function loadSlugs() {
    /** @type {SlugsFile} */
    const rows = await offprint.load("data/slugs.js").catch(() => []);
    taken = new Set(rows.map(([slug]) => slug));
    for (const [slug, ...ids] of rows) for (const id of ids) if (id) papers.set(id, slug);
    update();
  }

  const entryOf = (event) => event.target.closest("[data-name]");
  form.addEventListener("input", (event) => {
    const entry = entryOf(event);
    if (entry) touch(entry.dataset.name);
    else keep();
  });
  document.getElementById("fill").addEventListener("click", fillIn);
  document.getElementById("again").addEventListener("click", startAgain);
  form.addEventListener("focusout", (event) => {
    const entry = entryOf(event);
    if (entry && !entry.contains(event.relatedTarget)) touch(entry.dataset.name);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  slugField.addEventListener("input", () => touch("slug"));
  copying.addEventListener("click", () => offprint.copy(recordText, copying));
  saving.addEventListener("click", () => offprint.save(path.split("/").pop(), "text/markdown", recordText.textContent));

  // Taken in today, whenever it was published; whoever knows better changes it.
  function setToday() {
    const today = new Date();
    const listed = /** @type {HTMLInputElement} */ (document.getElementById("field-listed"));
    listed.value = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
      .map((part) => String(part).padStart(2, "0")).join("-");
  }

  setToday();
  restore();
  /** @type {HTMLElement} */ (document.querySelector(".made")).hidden = false;
  document.getElementById("pasting").hidden = false;
  document.getElementById("by-hand").hidden = true;
  update();
})();
