// What a person pastes into the form "Add a paper", taken apart: an arXiv id or a DOI in any form, as pasted() of
// offprint/records/identifiers.py has it, and one BibTeX entry, as offprint/contribute/importers has it for what the form
// asks. Nothing here touches the page; tests/contribute/twins.json holds both languages to the same cases.
"use strict";

const paste = (() => {
  const ARXIV = "(?:[0-9]{4}\\.[0-9]{4,5}|[a-z]+(?:-[a-z]+)*(?:\\.[A-Z]{2})?/[0-9]{7})(?:v[1-9][0-9]{0,2})?";
  const DOI = /^10\.[0-9]{4,9}(?:\.[0-9]+)*\/[^\s"\\{}]{1,300}$/u;
  const HOSTS = "(?:(?:www\\.|export\\.|browse\\.)?arxiv\\.org|(?:www\\.)?alphaxiv\\.org|ar5iv\\.(?:labs\\.arxiv\\.)?org)";
  const OTHERS = "(?:(?:www\\.)?huggingface\\.co/papers|hf\\.co/papers|papers\\.cool/arxiv|(?:www\\.)?semanticscholar\\.org/arxiv)";
  const BEFORE = `(?:(?:https?://)?${HOSTS}/(?:abs|pdf|html|format|ps|src|e-print|overview|list)/(?:arxiv:)?`
    + `|(?:https?://)?${OTHERS}/|(?:https?://(?:www\\.|dx\\.)?doi\\.org/|doi:\\s*)?10\\.48550/arxiv\\.`
    + "|(?:corr\\s+)?abs/|arxiv\\s*:\\s*|arxiv\\s+)";
  const ARXIV_WHOLE = new RegExp(`^(?:${BEFORE})?(${ARXIV})(?:\\.pdf)?(?:\\s*\\[[\\w.,\\s-]*\\])?/?(?:[?#]\\S*)?$`, "iu");
  const RESOLVER = "(?:https?://)?(?:(?:www\\.|dx\\.)?doi\\.org|doi-org\\.[\\w.-]+|hdl\\.handle\\.net)/(?:doi:)?";
  const DOI_WHOLE = new RegExp(`^(?:(${RESOLVER})|(?:info:doi/|(?:urn:)?doi\\s*[:=]?\\s*))?(10\\.\\S+)$`, "iu");
  const PUBLISHER = /^https?:\/\/[\w.-]+\/(?:[^\s?#]*?\/|([^\s#]*?[?&](?:doi|id)=))(10\.[0-9]{4,9}(?:\/|%2F)\S+)/iu;
  const SHOWN = new RegExp("(?:/(?:full(?:text|/html|/pdf)?|abstract|abs|e?pdf(?:plus)?|html|meta|summary|references|figures|metrics))?/?$"
    + "|(?:v[0-9]+)?\\.full(?:\\.pdf|-text)?$|\\.pdf$", "iu");

  const decoded = (address) => address.replace(/(?:%[0-9a-f]{2})+/giu, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      return bytes;
    }
  });

  function arxivOf(words) {
    const number = ARXIV_WHOLE.exec(words.replace(/^[<>\s]+|[<>\s]+$/gu, ""))?.[1] ?? "";
    const [archive, rest] = number.includes("/") ? number.split("/") : ["", number];
    if (!archive) return rest.toLowerCase();
    const [name, subject] = archive.split(".");
    return `${name.toLowerCase()}${subject ? `.${subject.toUpperCase()}` : ""}/${rest.toLowerCase()}`;
  }

  function doiOf(words) {
    const [, address, found = ""] = DOI_WHOLE.exec(words.trim().replace(/^<\s*(.*?)[<>\s]*$/u, "$1")) ?? [];
    let doi = (address ? decoded(found.replace(/[?#].*$/u, "")) : found).replace(/[.,;]+$/u, "");
    const count = (sign) => doi.split(sign).length;
    while (doi.endsWith(")") && count(")") > count("(")) doi = doi.slice(0, -1).replace(/[.,;]+$/u, "");
    return DOI.test(doi) ? doi : "";
  }

  /**
   * Return the arXiv id or DOI that a person means with a text; both empty where it is neither.
   * @param {string} words
   */
  function idsOf(words) {
    if (words.trim().length > 1000) return { arxiv: "", doi: "" };
    const arxiv = arxivOf(words);
    const doi = arxiv ? "" : doiOf(words);
    const page = arxiv || doi ? null : PUBLISHER.exec(words.trim().replace(/^[<>]+|[<>]+$/gu, ""));
    if (!page) return { arxiv, doi };
    const found = decoded((page[1] ? page[2].split("&")[0] : page[2]).replace(/[?#].*$/u, "")).replace(SHOWN, "");
    const bare = found.replace(/^(10\.1101\/[0-9.]+)v[0-9]+$/u, "$1");
    const number = arxivOf(bare);
    return { arxiv: number, doi: number ? "" : doiOf(bare) };
  }

  const MARKS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "\"": "\u0308", "=": "\u0304", ".": "\u0307", u: "\u0306", v: "\u030c",
    H: "\u030b", c: "\u0327", d: "\u0323", b: "\u0331", r: "\u030a", k: "\u0328",
  };
  const SIGNS = {
    ss: "ß", ae: "æ", AE: "Æ", oe: "œ", OE: "Œ", o: "ø", O: "Ø", l: "ł", L: "Ł", aa: "å", AA: "Å", i: "ı", j: "ȷ", dh: "ð", DH: "Ð",
    th: "þ", TH: "Þ", dj: "đ", DJ: "Đ", ng: "ŋ", NG: "Ŋ", textless: "<", textgreater: ">", textbar: "|", textbackslash: "\\",
    textasciitilde: "~", textasciicircum: "^", textunderscore: "_", textendash: "–", textemdash: "—", textbraceleft: "{", textbraceright: "}",
    textquoteleft: "‘", textquoteright: "’", textquotedblleft: "“", textquotedblright: "”", ldots: "…", dots: "…", copyright: "©",
    texttrademark: "™", textregistered: "®", textdegree: "°", LaTeX: "LaTeX", TeX: "TeX", slash: "/", S: "§", P: "¶",
  };
  const LOOKS = new Set(("emph textbf textit textrm textsc textsf textsl texttt textup textmd textnormal text mbox em it bf rm sc sf sl tt "
    + "bfseries itshape scshape relax protect").split(" "));
  const JOINED = { "---": "—", "--": "–", "``": "“", "''": "”", "~": " " };
  const TOKEN = new RegExp("(?<math>\\$(?!\\s)(?:\\\\.|[^$\\\\])+(?<!\\s)\\$(?!\\d))|\\\\(?<name>[a-zA-Z]+)\\s*|\\\\(?<sign>.)"
    + "|(?<joined>---?|``|''|~)|(?<brace>[{}])|(?<dollar>\\$)|(?<words>[^\\\\{}~`'$-]+|.)", "gsu");

  /**
   * Return a value in TeX as a record has it, and the commands in it that are not known: those stay, with their groups.
   * @param {string} value
   * @param {boolean} literal of an address: no dashes and quotes are joined
   */
  function textOf(value, literal = false) {
    const unknown = [];
    let made = "";
    let mark = ""; // that waits for its letter
    const put = (words) => {
      made += mark && words ? `${[...words][0].replace("ı", "i").replace("ȷ", "j")}${mark}${[...words].slice(1).join("")}` : words;
      if (words) mark = "";
    };
    const token = new RegExp(TOKEN);
    for (let match = token.exec(value); match; match = token.exec(value)) {
      const { math, name, sign, joined, brace, dollar, words } = match.groups;
      if (math) put(literal ? math.slice(1, -1) : math);
      else if (name && name.length === 1 && MARKS[name]) mark = MARKS[name];
      else if (name && Object.hasOwn(SIGNS, name)) put(SIGNS[name]);
      else if (name && !LOOKS.has(name)) {
        unknown.push(`\\${name}`);
        const groups = groupsAt(value, token.lastIndex);
        put(match[0] + groups);
        token.lastIndex += groups.length;
      } else if (sign && MARKS[sign] && literal) put(sign);
      else if (sign && MARKS[sign]) mark = MARKS[sign];
      else if (sign) put(sign === "$" ? "\\$" : /[\s,;:>\\]/u.test(sign) ? " " : sign.replace(/[-/!@]/u, ""));
      else if (joined) put(literal ? joined : JOINED[joined]);
      else if (dollar) put(literal ? "$" : "\\$");
      else if (!name && !brace) put(mark ? words.trimStart() : words);
    }
    const plain = withoutHtml(made).normalize("NFC");
    return { text: plain.split(/\s+/u).filter(Boolean).join(" "), unknown };
  }

  // The groups in braces that begin at an offset, one behind the other.
  function groupsAt(value, start) {
    let at = start;
    while (value[at] === "{" && valueAt(value, at)[1] > 0) at = valueAt(value, at)[1];
    return value.slice(start, at);
  }

  const withoutHtml = (words) => words
    .replace(/<(su[pb])>([0-9+().,/-]+|[A-Za-z])<\/\1>/gu, (_, kind, inner) => `$${kind === "sup" ? "^" : "_"}{${inner}}$`)
    .replace(/<\/?(?:i|b|u|em|strong|span|scp|sc)(?:\s[^<>]*)?>/gu, "")
    .replace(/&lt;/gu, "<").replace(/&gt;/gu, ">").replace(/&quot;/gu, "\"").replace(/&#39;/gu, "'").replace(/&amp;/gu, "&");

  /**
   * Return the fields of the first BibTeX entry in a text, as written, and its type; null where there is none.
   * @param {string} source
   */
  function fieldsOf(source) {
    const head = /@\s*([A-Za-z][\w-]*)\s*[{(]\s*[^,={}"#]*,/u.exec(source);
    if (!head || /^(?:string|comment|preamble)$/iu.test(head[1])) return null;
    const name = /[\s,]*([A-Za-z][\w-]*)\s*=\s*/uy;
    /** @type {Map<string, string>} */
    const fields = new Map();
    let at = head.index + head[0].length;
    for (;;) {
      name.lastIndex = at;
      const found = name.exec(source);
      if (!found) return { kind: head[1].toLowerCase(), fields };
      let value = "";
      at = name.lastIndex;
      for (;;) {
        const [part, end] = valueAt(source, at);
        if (end < 0) return null;
        value += part;
        const joint = /\s*#\s*/uy;
        joint.lastIndex = end;
        at = end;
        if (!joint.test(source)) break;
        at = joint.lastIndex;
      }
      if (!fields.has(found[1].toLowerCase())) fields.set(found[1].toLowerCase(), value.trim());
    }
  }

  // The value that begins at an offset, and where it ends; -1 where it does not.
  function valueAt(source, start) {
    const open = source[start];
    if (open !== "{" && open !== "\"") {
      const word = /^[^\s"#%'(),={}]+/u.exec(source.slice(start, start + 200));
      return word ? [word[0], start + word[0].length] : ["", -1];
    }
    for (let at = start + 1, depth = 0; at < source.length; at++) {
      if (depth === 0 && source[at] === (open === "{" ? "}" : "\"")) return [source.slice(start + 1, at), at + 1];
      if (source[at] === "{") depth += 1;
      if (source[at] === "}") depth -= 1;
    }
    return ["", -1];
  }

  function outsideBraces(value, pattern) {
    const parts = [""];
    let depth = 0;
    for (const piece of value.split(new RegExp(`([{}]|${pattern})`, "iu"))) {
      if (depth === 0 && new RegExp(`^(?:${pattern})$`, "iu").test(piece)) parts.push("");
      else parts[parts.length - 1] += piece;
      depth += piece === "{" ? 1 : piece === "}" ? -1 : 0;
    }
    return parts.map((part) => part.trim()).filter(Boolean);
  }

  // Names as the form's lines have them: a body in braces, "Family, Given" as it is written.
  function peopleOf(value) {
    const names = outsideBraces(value.split(/\s+/u).join(" "), " and ");
    return names.filter((name) => !/^\{?others\}?$/iu.test(name)).map((name) => {
      const isBody = /^\{(?!\\)[^{}]*(?:\{[^{}]*\}[^{}]*)*\}$/u.test(name);
      const { text: words } = textOf(name);
      return isBody ? `{${words}}` : words;
    });
  }

  const TYPES = {
    article: "article-journal", inproceedings: "paper-conference", conference: "paper-conference", book: "book", inbook: "chapter",
    incollection: "chapter", phdthesis: "thesis", mastersthesis: "thesis", thesis: "thesis", techreport: "report", report: "report",
    dataset: "dataset", software: "software", online: "webpage", electronic: "webpage", www: "webpage", patent: "patent",
    collection: "book", proceedings: "book", preprint: "article",
  };
  const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

  function dateOf(fields) {
    const iso = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?/u.exec(fields.get("date") ?? "");
    if (iso) return iso[0];
    const year = /(?<![0-9])[0-9]{4}(?![0-9])/u.exec(fields.get("year") ?? "")?.[0];
    if (!year) return "";
    const word = (fields.get("month") ?? "").replace(/[{}]/gu, "").trim().toLowerCase();
    const month = /^[0-9]{1,2}$/u.test(word) ? Number(word) : MONTHS.indexOf(word.slice(0, 3)) + 1;
    if (!(month >= 1 && month <= 12)) return year;
    const day = /^[0-9]{1,2}$/u.exec(fields.get("day") ?? "")?.[0];
    return [year, month, ...(day ? [day] : [])].map((part) => String(part).padStart(2, "0")).join("-");
  }

  /**
   * Return the values of a pasted BibTeX entry for the form's fields, in the form's own writing, and what found no place:
   * fields and commands that are not known; null where the text is no entry.
   * @param {string} source
   */
  function entryOf(source) {
    const entry = fieldsOf(source);
    if (!entry) return null;
    const { kind, fields } = entry;
    const used = new Set();
    const left = [];
    const raw = (name) => {
      used.add(name);
      return fields.get(name) ?? "";
    };
    const line = (...names) => {
      const found = names.find((name) => fields.get(name) && !used.has(name)) ?? names[0];
      const { text: words, unknown } = textOf(raw(found));
      left.push(...unknown);
      return words;
    };
    const address = (value) => textOf(value.replace(/^\\url\s*\{(.*)\}$/u, "$1"), true).text;
    const doi = idsOf(address(raw("doi")));
    const eprint = /^(?:arxiv)?$/iu.test(fields.get("eprinttype") ?? fields.get("archiveprefix") ?? "") ? idsOf(raw("eprint")) : null;
    const url = idsOf(address(fields.get("url") ?? ""));
    const journal = /^arxiv preprint\s+(\S+)$/iu.exec(fields.get("journal") ?? "");
    const named = journal ? idsOf(journal[1]) : { arxiv: "", doi: "" };
    if (named.arxiv) used.add("journal");
    const arxiv = eprint?.arxiv || doi.arxiv || named.arxiv || url.arxiv;
    if (eprint?.arxiv) for (const name of ["eprinttype", "archiveprefix"]) used.add(name);
    const title = [line("title"), line("subtitle")].filter(Boolean).join(": ");
    const values = {
      title, arxiv, doi: doi.doi || url.doi, type: TYPES[kind] ?? "", date: dateOf(fields),
      authors: peopleOf(raw("author")).join("\n"), editors: peopleOf(raw("editor")).join("\n"),
      venue: line("booktitle", "journaltitle", "journal"), volume: line("volume"),
      issue: fields.has("issue") || kind === "article" ? line("issue", "number") : "",
      pages: line(fields.has("pages") ? "pages" : "eid").replace(/\s*[-–—]+\s*/gu, "-"), publisher: line("publisher"),
      organizations: [line("institution"), line("school")].filter(Boolean).join("\n"),
      abstract: (fields.get("abstract") ?? "").split(/\n\s*\n/u).map((part) => textOf(part).text).filter(Boolean).join("\n\n"),
    };
    for (const name of ["abstract", ...(values.date ? ["date", "year", "month", "day"] : [])]) used.add(name);
    if (/^https?:\/\//u.test(address(fields.get("url") ?? "")) && (url.arxiv || url.doi)) used.add("url");
    if (/\band\s+\{?others\}?\s*$/iu.test(fields.get("author") ?? "")) left.push("and others");
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value));
    return { values: filled, left: [...[...fields].filter(([name, value]) => value && !used.has(name)).map(([name]) => name), ...left] };
  }

  return { idsOf, entryOf };
})();
