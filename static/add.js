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

  function touch(name) {
    touched.add(name);
    loading ??= loadSlugs();
    update();
  }

  // Without them a name may be taken, which `check` finds.
  async function loadSlugs() {
    /** @type {SlugsFile} */
    const slugs = await offprint.load("data/slugs.js").catch(() => []);
    taken = new Set(slugs);
    update();
  }

  const entryOf = (event) => event.target.closest("[data-name]");
  form.addEventListener("input", (event) => touch(entryOf(event).dataset.name));
  form.addEventListener("focusout", (event) => {
    const entry = entryOf(event);
    if (entry && !entry.contains(event.relatedTarget)) touch(entry.dataset.name);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  slugField.addEventListener("input", () => touch("slug"));
  copying.addEventListener("click", () => offprint.copy(recordText, copying));
  saving.addEventListener("click", () => offprint.save(path.split("/").pop(), "text/markdown", recordText.textContent));

  // Taken in today, whenever it was published; whoever knows better changes it.
  const today = new Date();
  const listed = /** @type {HTMLInputElement} */ (document.getElementById("field-listed"));
  listed.value = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
    .map((part) => String(part).padStart(2, "0")).join("-");
  /** @type {HTMLElement} */ (document.querySelector(".made")).hidden = false;
  document.getElementById("by-hand").hidden = true;
  update();
})();
