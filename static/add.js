// "Add a paper": checks the form as it is filled in, by the rules that the build has put into the page (the
// validator's own), shows the record, and hands it to the repository's new-file page or to a download.
"use strict";

const rules = JSON.parse(document.getElementById("rules").textContent);
const form = document.getElementById("add");
const slugField = document.getElementById("slug");
const entries = [...form.querySelectorAll("[data-name]")];
const MOST_ADDRESS = 7500; // what GitHub takes of an address, with room to spare
const touched = new Set();

// The value of a field as the rules see it: a text, a list of texts, or an object; undefined where it is empty.
function valueOf(entry) {
  const shape = entry.dataset.shape;
  if (shape === "topics") {
    const chosen = [...entry.querySelectorAll("input:checked")].map((box) => box.value);
    return chosen.length ? chosen : undefined;
  }
  if (shape === "links") {
    const given = [...entry.querySelectorAll("input")].filter((field) => field.value.trim());
    return given.length ? Object.fromEntries(given.map((field) => [field.name, field.value.trim()])) : undefined;
  }
  const given = clean(entry.querySelector("input, textarea, select").value);
  if (shape === "list") {
    const items = given.split("\n").map(oneLine).filter(Boolean);
    return items.length ? items : undefined;
  }
  return (shape === "text" ? given : oneLine(given)) || undefined;
}

const oneLine = (words) => words.split(/\s+/).join(" ").trim();

// What no record may hold, PDF ligatures taken apart.
function clean(words) {
  return words
    .replace(/[\ufb00-\ufb06]/g, (ligature) => ligature.normalize("NFKC"))
    .replace(/\r\n?/g, "\n")
    .replace(/\t/g, " ")
    .replace(/[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]/g, "")
    .trim();
}

// What is wrong with a value, by a rule of the schema; empty where nothing is.
function faultOf(value, rule) {
  if (rule.type === "array") return value.map((item) => faultOf(item, rule.items)).find(Boolean) || "";
  if (rule.type === "object") {
    return Object.entries(value).map(([kind, url]) => faultOf(url, rule.properties[kind])).find(Boolean) || "";
  }
  if (rule.oneOf) return faultOf(value, rule.oneOf.find((each) => each.type !== "object")); // a name, not a mapping
  if (rule.enum && !rule.enum.includes(value)) return text("not_known", { value });
  if (rule.type === "integer" && !(/^[0-9]+$/.test(value) && Number(value) <= rule.maximum)) return text("not_number");
  if (rule.maxLength && [...value].length > rule.maxLength) return text("too_many", { most: rule.maxLength, count: [...value].length });
  if (rule.pattern && !new RegExp(rule.pattern, "u").test(value)) return text("not_readable", { value: value.slice(0, 60) });
  return rule.pattern && /^\d{4}(-\d\d){1,2}$/.test(value) && !inCalendar(value) ? text("not_in_calendar", { value }) : "";
}

function inCalendar(date) {
  const [year, month, day = 1] = date.split("-").map(Number);
  const made = new Date(Date.UTC(2000, month - 1, day));
  made.setUTCFullYear(year);
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
}

// The record's text, as offprint/contribute/drafts.py writes it.
const quote = (words) => (/["\\]/.test(words) ? `'${words.replaceAll("'", "''")}'` : `"${words}"`);
const plain = (words) => (/^[\p{L}\p{N}](?:[\p{L}\p{N}]|[ ._'()/+-])*$/u.test(words) ? words : quote(words));
const id = (words) => (/^[A-Za-z0-9][A-Za-z0-9._/()-]*$/.test(words) ? words : quote(words));
const address = (url) => (/^https?:\/\/[A-Za-z0-9._~%/=+@-]+$/.test(url) ? url : quote(url));
function several(items, open, close, mark) {
  const line = `${open}${items.join(", ")}${close}`;
  return line.length <= 100 ? ` ${line}` : items.map((item) => `\n  ${mark}${item}`).join("");
}
const names = (items) => several(items.map(plain), "[", "]", "- ");
const writers = {
  title: (words) => ` ${quote(words)}`,
  notice: (words) => ` ${quote(words)}`,
  venue: (words) => ` ${plain(words)}`,
  authors: names,
  organizations: names,
  topics: names,
  arxiv: (words) => ` ${id(words)}`,
  doi: (words) => ` ${id(words)}`,
  links: (links) => several(Object.entries(links).map(([kind, url]) => `${kind}: ${address(url)}`), "{", "}", ""),
  abstract: (words) => ` |-\n  ${words.split(/\n\s*\n/).map(oneLine).join("\n\n  ")}`,
};

function recordOf(values) {
  const lines = Object.keys(rules.fields)
    .filter((name) => name !== "summary" && values[name] !== undefined)
    .map((name) => `${name}:${(writers[name] || ((words) => ` ${words}`))(values[name])}`);
  return ["---", ...lines, "---", ...(values.summary ? [values.summary] : []), ""].join("\n");
}

function slugOf(title) {
  const before = title.includes(":") ? title.slice(0, title.indexOf(":")) : "";
  const count = before.split(/\s+/).filter(Boolean).length;
  const words = count > 0 && count <= 4 ? before : title.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).slice(0, 6).join(" ");
  const letters = words.normalize("NFKD").toLowerCase().replace(/\p{M}|['’]/gu, "").replace(/ß/g, "ss").replace(/&/g, " and ");
  return letters.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 70).replace(/-+$/, "");
}

function tell(place, fault, fields) {
  place.textContent = fault;
  for (const field of fields) {
    if (fault) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

let made = { path: "", record: "" };

function update() {
  const values = {};
  let faults = 0;
  for (const entry of entries) {
    const name = entry.dataset.name;
    const value = valueOf(entry);
    let fault = "";
    if (value !== undefined) fault = faultOf(value, rules.fields[name]);
    else if (rules.required.includes(name)) fault = text("needed");
    if (fault) faults += 1;
    else if (value !== undefined) values[name] = value;
    tell(document.getElementById(`fault-${name}`), touched.has(name) ? fault : "", entry.querySelectorAll("input, textarea, select"));
  }
  if (!touched.has("slug")) slugField.value = slugOf(values.title || "");
  const slug = slugField.value.trim();
  const slugFault = slug ? faultOf(slug, rules.slug) && text("not_slug") : text("no_slug");
  if (slugFault) faults += 1;
  tell(document.getElementById("fault-slug"), values.title || touched.has("slug") ? slugFault : "", [slugField]);
  show(recordOf(values), `content/papers/${values.date ? values.date.slice(0, 4) : "undated"}/${slug || "…"}.md`, faults, values.title);
}

function show(record, path, faults, title) {
  made = { path, record };
  document.getElementById("text").textContent = record;
  document.getElementById("path").textContent = path;
  document.getElementById("state").textContent = faults ? text("to_do", { count: faults }) : text("nothing_missing");
  document.getElementById("already").search = title ? `?q=${encodeURIComponent(title)}` : "";
  document.getElementById("save").disabled = faults > 0;
  const link = document.getElementById("propose");
  if (!rules.new) return;
  const empty = `${rules.new}?filename=${encodeURIComponent(path)}`;
  const whole = `${empty}&value=${encodeURIComponent(record)}`;
  const long = whole.length > MOST_ADDRESS;
  link.hidden = faults > 0;
  link.href = long ? empty : whole;
  document.getElementById("long").hidden = !long || faults > 0;
}

form.addEventListener("input", (event) => {
  touched.add(event.target.closest("[data-name]").dataset.name);
  update();
});
form.addEventListener("focusout", (event) => {
  const entry = event.target.closest("[data-name]");
  if (entry && !entry.contains(event.relatedTarget)) {
    touched.add(entry.dataset.name);
    update();
  }
});
form.addEventListener("submit", (event) => event.preventDefault());
slugField.addEventListener("input", () => {
  touched.add("slug");
  update();
});

document.getElementById("copy").addEventListener("click", async (event) => {
  const button = event.target;
  const label = button.dataset.label ??= button.textContent;
  try {
    await navigator.clipboard.writeText(made.record);
    button.textContent = text("copied");
  } catch {
    button.textContent = text("copy_by_hand");
    getSelection().selectAllChildren(document.getElementById("text"));
  }
  setTimeout(() => { button.textContent = label; }, 2000);
});

document.getElementById("save").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([made.record], { type: "text/markdown" }));
  link.download = made.path.split("/").pop();
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});

// Taken in today, whenever it was published; whoever knows better changes it.
const today = new Date();
document.getElementById("field-listed").value = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
  .map((part) => String(part).padStart(2, "0")).join("-");
document.querySelector(".made").hidden = false;
document.getElementById("by-hand").hidden = true;
update();
