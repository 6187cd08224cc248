// A paper's record as the form "Add a paper" writes it: values cleaned, checked by the rules that the build puts into
// the page (the validator's own), named and written as offprint/contribute/drafts.py does. Nothing here touches the
// page; tests/contribute/twins.json holds both languages to the same cases.
"use strict";

const record = (() => {
  const oneLine = (words) => words.split(/\s+/).filter(Boolean).join(" ");
  const paragraphs = (words) => words.split(/\n\s*\n/).map(oneLine).filter(Boolean);

  /**
   * Return a text without what no record may hold, PDF ligatures taken apart.
   * @param {string} words
   * @param {string} forbidden a regular expression, from the rules
   */
  function clean(words, forbidden) {
    return words
      .replace(/[\ufb00-\ufb06]/g, (ligature) => ligature.normalize("NFKC"))
      .replace(/\r\n?/g, "\n")
      .replace(/\t/g, " ")
      .replace(/\u2028/g, "\n")
      .replace(new RegExp(forbidden, "gu"), "")
      .replace(/\ufffd/g, "")
      .trim();
  }

  /**
   * Return what was typed into a field as the rules see it: a text, or a list of texts, an item a line; undefined
   * where it is empty.
   * @param {string} typed
   * @param {string} shape as Input.shape of offprint/site/views/contribute.py
   * @param {string} forbidden
   */
  function valueOfTyped(typed, shape, forbidden) {
    const words = clean(typed, forbidden);
    if (shape === "people") {
      const persons = words.split("\n").map(oneLine).filter(Boolean).map(personOf);
      return persons.length ? persons : undefined;
    }
    if (shape === "list") {
      const items = words.split("\n").map(oneLine).filter(Boolean);
      return items.length ? items : undefined;
    }
    return (shape === "text" ? words : oneLine(words)) || undefined;
  }

  const TOGETHER = /^[\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af\u{20000}-\u{3ffff}]+$/u; // names written without a space, family first
  const SUFFIX = /^(?:jr|sr|ii|iii|iv)\.?$/iu;
  const PARTICLES = new Set("af al bin da das de del della den der di do dos du el ibn la le ten ter van vom von zu zum zur".split(" "));

  // The family name of a name as one is cited who says no other: _guess() of offprint/records/language/names.py.
  function familyOf(name) {
    const words = name.split(/[\s,]+/u).filter(Boolean);
    if (words.length > 2 && SUFFIX.test(words.at(-1))) words.pop();
    const last = words.length - 1;
    let start = words.findIndex((word, at) => at > 0 && at < last && PARTICLES.has(word));
    if (start < 0) start = last > 2 && ["y", "i", "e"].includes(words[last - 1]) ? last - 2 : last;
    return words.slice(start).join(" ");
  }

  /**
   * Return an author who is typed on a line: a name, an ORCID iD behind it, a body in braces, or "Family, Given".
   * @param {string} line
   * @returns {any} the name, or an object where more is said than the name does by itself
   */
  function personOf(line) {
    const orcid = /[\s(]*(?:https:\/\/orcid\.org\/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\)?$/u.exec(line);
    const typed = (orcid ? line.slice(0, orcid.index) : line).replace(/[\s,]+$/u, "");
    const body = /^\{([^{}]+)\}$/u.exec(typed);
    const parts = typed.split(",").map(oneLine).filter(Boolean);
    const isTurned = !body && (parts.length === 2 || (parts.length === 3 && parts.some((part) => SUFFIX.test(part))));
    const suffix = isTurned ? parts.slice(1).find((part) => SUFFIX.test(part)) : "";
    const [family, given] = isTurned ? parts.filter((part) => part !== suffix) : ["", ""];
    const turned = TOGETHER.test(`${family}${given ?? ""}`) ? `${family}${given}` : [given, family, suffix].filter(Boolean).join(" ");
    const name = body ? oneLine(body[1]) : isTurned && given ? turned : isTurned ? parts.join(" ") : typed;
    /** @type {Record<string, any>} */
    const made = { name };
    if (body) made.group = true;
    else if (given && familyOf(name) !== family) made.family = family;
    if (orcid) made.orcid = orcid[1];
    return Object.keys(made).length > 1 ? made : name;
  }

  /**
   * Return what is wrong with a value, by a rule of the schema; empty where nothing is.
   * @param {any} value
   * @param {Rule} rule
   * @returns {string}
   */
  function faultOf(value, rule) {
    if (rule.type === "array") return value.map((item) => faultOf(item, rule.items)).find(Boolean) || "";
    if (rule.type === "object") {
      return Object.entries(value).map(([kind, url]) => faultOf(url, rule.properties[kind])).find(Boolean) || "";
    }
    if (rule.oneOf) return faultOf(value, rule.oneOf.find((each) => (each.type === "object") === (typeof value === "object")));
    if (rule.type === "boolean") return "";
    if (rule.enum && !rule.enum.includes(value)) return text("not_known", { value });
    if (rule.type === "integer" && !(/^[0-9]+$/.test(value) && Number(value) <= rule.maximum)) return text("not_number");
    const count = [...value].length;
    if (rule.maxLength && count > rule.maxLength) return text("too_many", { most: rule.maxLength, count });
    if (rule.pattern && !new RegExp(rule.pattern, "u").test(value)) return text("not_readable", { value: value.slice(0, 60) });
    return rule.pattern && /^\d{4}(-\d\d){1,2}$/.test(value) && !inCalendar(value) ? text("not_in_calendar", { value }) : "";
  }

  /**
   * Return what is wrong with a slug that a person chose; empty where nothing is.
   * @param {string} slug
   * @param {Rule} rule of slugs
   * @param {Set<string>} taken
   */
  function slugFaultOf(slug, rule, taken) {
    if (!slug) return text("no_slug");
    if (slug.length > rule.maxLength) return text("too_many", { most: rule.maxLength, count: slug.length });
    if (rule.not.enum.includes(slug)) return text("reserved_slug", { value: slug });
    if (taken.has(slug)) return text("taken_slug", { value: slug });
    return new RegExp(rule.pattern, "u").test(slug) ? "" : text("not_slug");
  }

  function inCalendar(date) {
    const [year, month, day = 1] = date.split("-").map(Number);
    const parsed = new Date(Date.UTC(2000, month - 1, day));
    parsed.setUTCFullYear(year);
    return parsed.getUTCMonth() === month - 1 && parsed.getUTCDate() === day;
  }

  // Texts as YAML: bare where nothing in them means anything, else in quotes.
  const quote = (words) => (/["\\]/.test(words) ? `'${words.replaceAll("'", "''")}'` : `"${words}"`);
  const plain = (words) => (/^[\p{L}\p{N}](?:[\p{L}\p{N}]|[ ._'()/+-])*$/u.test(words) ? words : quote(words));
  const id = (words) => (/^[A-Za-z0-9][A-Za-z0-9._/()-]*$/.test(words) ? words : quote(words));
  const address = (url) => (/^https?:\/\/[A-Za-z0-9._~%/=+@-]+$/.test(url) ? url : quote(url));

  function several(items, open, close, mark) {
    const line = `${open}${items.join(", ")}${close}`;
    return [...line].length <= 100 ? line : items.map((item) => `\n  ${mark}${item}`).join("");
  }

  const person = (item) => (typeof item === "string" ? plain(item) : `{${Object.entries(item)
    .map(([name, value]) => `${name}: ${["name", "family"].includes(name) ? plain(value) : value}`).join(", ")}}`);
  const people = (items) => several(items.map(person), "[", "]", "- ");
  const names = (items) => several(items.map(plain), "[", "]", "- ");
  const whole = (words) => String(Number(words));
  const bare = (value) => (Array.isArray(value) ? names(value) : plain(value)); // as most fields are written
  const WRITERS = new Map(Object.entries({
    title: quote,
    notice: quote,
    image_alt: quote,
    authors: people,
    editors: people,
    arxiv: id,
    doi: id,
    author_count: (words) => (Number(words) ? whole(words) : ""),
    upvotes: whole,
    comments: whole,
    links: (links) => several(Object.entries(links).map(([kind, url]) => `${kind}: ${address(url)}`), "{", "}", ""),
    abstract: (words) => `|-\n  ${paragraphs(words).join("\n\n  ")}`,
  }));

  /**
   * Return the text of a record's file.
   * @param {Record<string, any>} values by field, where not empty
   * @param {string[]} fields in the order in which they are written
   */
  function textOf(values, fields) {
    const lines = fields.filter((name) => name !== "summary" && values[name] !== undefined).map((name) => {
      const value = (WRITERS.get(name) ?? bare)(values[name]);
      return value && `${name}:${value.startsWith("\n") ? "" : " "}${value}`;
    });
    return ["---", ...lines.filter(Boolean), "---", ...(values.summary ? [values.summary] : []), ""].join("\n");
  }

  /**
   * Return a name's slug, as slugify() of offprint/records/slugs.py.
   * @param {string} name
   * @param {Rule} rule of slugs
   */
  function slugify(name, rule) {
    const folded = foldCase(name);
    const base = withoutAccents(folded);
    const lost = /[\p{L}\p{N}]/u.test(base.replace(/[\0-\x7f]/g, ""));
    const slug = base.replace(/[^\0-\x7f]/g, "").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    if (slug && !lost && slug.length <= rule.maxLength && !rule.not.enum.includes(slug)) return slug;
    const start = slug.slice(0, rule.maxLength - 9).replace(/^-|-$/g, "");
    return `${start || "x"}-${sha256(oneLine(folded)).slice(0, 8)}`;
  }

  /**
   * Return a free slug for a paper: of its title up to the colon where that is short, or of its first words.
   * @param {string} title
   * @param {Rule} rule of slugs
   * @param {Set<string>} taken
   */
  function slugFor(title, rule, taken) {
    const before = title.includes(":") ? title.slice(0, title.indexOf(":")) : "";
    const count = before.split(/\s+/).filter(Boolean).length;
    const words = title.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).slice(0, 6).join(" ");
    const wish = slugify(count > 0 && count <= 4 ? before : words, rule);
    let slug = wish;
    for (let number = 2; taken.has(slug) || rule.not.enum.includes(slug); number++) {
      slug = `${wish.slice(0, 70).replace(/-+$/, "")}-${number}`;
    }
    return slug;
  }

  /**
   * Return the SHA-256 (FIPS 180-4) of a text's UTF-8 bytes, in hexadecimal digits. The browser's own is asynchronous,
   * and missing where a site is served without TLS.
   * @param {string} words
   */
  function sha256(words) {
    const bytes = new TextEncoder().encode(words);
    const blocks = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 9) / 64) * 64));
    bytes.forEach((byte, at) => blocks.setUint8(at, byte));
    blocks.setUint8(bytes.length, 0x80);
    blocks.setUint32(blocks.byteLength - 4, bytes.length * 8);
    const turned = (word, by) => (word >>> by) | (word << (32 - by));
    const state = INITIAL.slice();
    for (let block = 0; block < blocks.byteLength; block += 64) {
      const schedule = Array.from({ length: 16 }, (_, index) => blocks.getUint32(block + 4 * index));
      for (let index = 16; index < 64; index++) {
        const [w2, w15] = [schedule[index - 2], schedule[index - 15]];
        const s0 = turned(w15, 7) ^ turned(w15, 18) ^ (w15 >>> 3);
        const s1 = turned(w2, 17) ^ turned(w2, 19) ^ (w2 >>> 10);
        schedule.push((schedule[index - 16] + s0 + schedule[index - 7] + s1) | 0);
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let round = 0; round < 64; round++) {
        const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
        const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[round] + schedule[round]) | 0;
        const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
      }
      [a, b, c, d, e, f, g, h].forEach((word, index) => { state[index] = (state[index] + word) | 0; });
    }
    return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  // The constants of SHA-256: the first 32 bits behind the point of square and cube roots of primes.
  const PRIMES = Array.from({ length: 312 }, (_, number) => number).filter((number) =>
    number > 1 && !Array.from({ length: 16 }, (_, by) => by + 2).some((by) => by < number && number % by === 0));
  const behindPoint = (root) => ((root % 1) * 2 ** 32) | 0;
  const INITIAL = PRIMES.slice(0, 8).map((prime) => behindPoint(Math.sqrt(prime)));
  const ROUNDS = PRIMES.map((prime) => behindPoint(Math.cbrt(prime)));

  return { clean, valueOfTyped, faultOf, slugFaultOf, textOf, slugify, slugFor, sha256 };
})();
