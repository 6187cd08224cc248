// What a reader asks for: a query read, its words corrected, hits ranked by the words as they were typed, and the
// part of a text that holds them. Nothing here touches the page.
"use strict";

const queries = (() => {
  const FIELDS = { author: "by", by: "by", org: "organizations", organization: "organizations", title: "title", venue: "venue" };
  const FILTERS = { topic: "topic", year: "year", before: "year", after: "year" };
  const QUOTES = /[“”„‟«»「」『』＂]/g;
  const KEYS = [...Object.keys(FIELDS), ...Object.keys(FILTERS)].join("|");
  const PIECE = new RegExp(`([-+]?)(?:(\\p{L}+):(?=\\S)|(${KEYS}):\\s+(?=\\S))?("[^"]*"?|[^\\s"]+)`, "giu");
  const ODD = new RegExp(`^(?:${KEYS}):$|[\\p{L}\\p{N}]~\\d*$`, "iu"); // no word, but of another language of search
  const WORD = /[\p{L}\p{N}\p{M}]+(?:[-/’'.][\p{L}\p{N}\p{M}]+)*/gu;
  const SIGNED = /(?<![\p{L}\p{N}])([a-z])(\+\+|#)(?![\p{L}\p{N}])/giu; // C++, C#, F#, as offprint/search/documents.py has them
  const SIGNS = { "++": "plusplus", "#": "sharp" };
  const POWER = /(?<![\p{L}\p{N}])(\p{L}|\d+)\^[({]?([-−+]?)([\p{L}\p{N}]{1,4})[)}]?(?![\p{L}\p{N}])/giu; // 10^-4, n^2, as there
  const SPELLED_SIGN = /(?<![\p{L}\p{N}])(\p{L})(plusplus|sharp)(?![\p{L}\p{N}])/giu;
  const SPELLED_POWER = /(?<![\p{L}\p{N}])(\p{L}|\d+)pow(minus)?([\p{L}\p{N}]{1,4})(?![\p{L}\p{N}])/giu;
  const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ";
  const LOWERED = "0123456789+-ni";
  const MOST_ALTERNATIVES = 8;
  const EXCERPT = 34; // words

  // What may stand before an identifier is cut off first.
  const PREFIX = /^(?:https?:\/\/(?:\w+\.)?(?:arxiv\.org\/(?:abs|pdf|html)|doi\.org|orcid\.org|ror\.org)\/|(?:arxiv|doi|orcid|ror):\s*)/i;
  const IDENTIFIERS = [
    ["arxiv", /^(?:10\.48550\/arxiv\.)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?\/\d{7})(?:v\d+)?(?:\.pdf)?$/i],
    ["doi", /^(10\.\d{4,9}\/\S+)$/i],
    ["orcid", /^(\d{4}-\d{4}-\d{4}-\d{3}[\dx])$/i],
    ["ror", /^(0[a-hj-km-np-tv-z0-9]{6}\d\d)$/i],
    ["slug", /^(?:https?:\/\/\S*\/papers\/)?([a-z0-9]+(?:-[a-z0-9]+)+)(?:\.html)?$/],
  ];

  /**
   * Return the word by which the index has an identifier, and whether nothing but an identifier can be meant; null for
   * other words. See _spellings() of offprint/search/documents.py.
   * @param {string} words
   * @returns {{ id: string, alone: boolean } | null}
   */
  function identifierOf(words) {
    for (const [kind, pattern] of /** @type {[string, RegExp][]} */ (IDENTIFIERS)) {
      const [whole, identifier] = pattern.exec(words.trim().replace(PREFIX, "")) ?? [];
      if (identifier) {
        return { id: `${kind}${identifier.toLowerCase().replace(/[^a-z0-9]/g, "")}0`, alone: kind !== "slug" || whole !== identifier };
      }
    }
    return null;
  }

  /**
   * Return the words of a text as they are compared: folded, apart.
   * @param {string} words
   */
  function wordsOf(words) {
    return fold(words).match(WORD)?.flatMap((word) => word.split(/[-/’'.]/)).filter(Boolean) ?? [];
  }

  /**
   * Return what a query asks for. Values of topics are left as typed; the page knows their slugs.
   * @param {string} typed
   * @returns {Query}
   */
  function parse(typed) {
    const plain = typed.replace(QUOTES, '"');
    const query = { words: [], phrases: [], without: [], fields: [], filters: [], groups: [], unknown: [], ids: [], pieces: [] };
    const identifier = identifierOf(plain);
    if (identifier) {
      query.ids.push(identifier.id);
      if (identifier.alone) return query;
    }
    for (const { into, any, not, pieces, quoted } of joinedByOr(itemsOf(plain), query.unknown)) {
      if (into === "unknown") query.unknown.push(...pieces);
      else if (into === "words") query[not ? "without" : "groups"].push(not ? any[0].join(" ") : any);
      else query[into].push({ any, not });
      if (into === "words" && quoted && !not) query.phrases.push(any.map((words) => words.join(" ")));
      if (into === "unknown" || (into === "words" && !not)) continue;
      query.pieces.push(...pieces.map((piece, index) => ({ piece, not, ...shownAs(any[index]) })));
    }
    query.words = query.groups.flatMap(([words]) => words);
    if (!query.words.length && !query.pieces.length && !query.unknown.length && plain.trim()) query.unknown.push(typed.trim());
    return query;
  }

  // What a restriction is shown as.
  const shownAs = (each) => (Array.isArray(each) ? { kind: "word", value: written(each.join(" ")) } : { kind: each.key, value: each.value });

  // The pieces of a query, each with what it is read as.
  function itemsOf(plain) {
    const items = [];
    let not = false; // NOT stands before
    for (const [piece, sign, close, apart, content] of plain.matchAll(PIECE)) {
      const key = (close ?? apart ?? "").toLowerCase();
      const quoted = content.startsWith('"');
      const bare = content.replace(/^"|"$/g, "").trim();
      const known = FIELDS[key] ?? FILTERS[key];
      if (["OR", "|", "||"].includes(piece)) items.push({ into: "or", piece });
      else if (piece === "NOT") not = true;
      else if (bare && !["AND", "&", "&&"].includes(piece)) {
        const item = known ? restriction(key, bare) : wordsAsked(key, bare, quoted, piece);
        if (item) items.push({ ...item, piece, quoted, not: sign === "-" || not });
        not = false;
      }
    }
    if (not) items.push({ into: "words", value: ["NOT"], piece: "NOT", not: false });
    return items.length === 1 && items[0].into === "or" ? [{ into: "words", value: [items[0].piece], piece: items[0].piece, not: false }] : items;
  }

  function wordsAsked(key, bare, quoted, piece) {
    const odd = key ? /^\p{L}{2,}$/u.test(key) && !bare.startsWith("//") : ODD.test(bare);
    if (odd && !quoted) return { into: "unknown", value: piece };
    const words = indexed(key ? `${key} ${bare}` : bare);
    return words.length ? { into: "words", value: words } : null;
  }

  function restriction(key, value) {
    if (ODD.test(value)) return { into: "unknown", value };
    if (FIELDS[key]) return { into: "fields", kind: "field", value: { key, field: FIELDS[key], words: indexed(value).join(" "), value } };
    const years = key === "topic" ? [] : yearsOf(key, value);
    if (!years) return { into: "unknown", value };
    return { into: "filters", kind: FILTERS[key], value: { key, kind: FILTERS[key], value, years } };
  }

  // Pieces between which OR stands become one with several values; what cannot be a choice is not understood.
  function joinedByOr(items, unknown) {
    const joined = [];
    let or = false;
    for (const item of items) {
      const last = or ? joined.at(-1) : null;
      if (item.into === "or") {
        or = joined.length > 0;
        continue;
      }
      if (!last) {
        joined.push({ ...item, any: [item.value], pieces: [item.piece] });
      } else if (last.into === item.into && last.kind === item.kind && !last.not && !item.not) {
        last.any.push(item.value);
        last.pieces.push(item.piece);
        last.quoted ||= item.quoted;
      } else {
        joined.pop();
        unknown.push([...last.pieces, item.piece].join(" OR "));
      }
      or = false;
    }
    return joined;
  }

  // The words of a text as the index has them.
  function indexed(words) {
    const lowered = words.replace(new RegExp(`[${RAISED}]+`, "gu"), (run) => `^${Array.from(run, (sign) => LOWERED[RAISED.indexOf(sign)]).join("")}`);
    const spelled = lowered.replace(SIGNED, (_, letter, sign) => `${letter}${SIGNS[sign]}`)
      .replace(POWER, (_, base, sign, power) => ` ${base}pow${sign === "-" || sign === "−" ? "minus" : ""}${power} `);
    return spelled.split(/\s+/).map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "")).filter(Boolean);
  }

  /**
   * Return words of the index as they are written.
   * @param {string} words
   */
  function written(words) {
    return words.replace(SPELLED_SIGN, (_, letter, sign) => letter + (sign === "sharp" ? "#" : "++"))
      .replace(SPELLED_POWER, (_, base, minus, power) => `${base}^${minus ? "-" : ""}${power}`);
  }

  // The first and the last year of 2020, 2020..2022, 2020.., ..2022, >2020, or of what is before or after a year.
  function yearsOf(key, value) {
    const [, sign, bound] = /^([<>]=?)(\d{4})$/.exec(value) ?? [];
    if (sign) return sign[0] === ">" ? [Number(bound) + (sign === ">" ? 1 : 0), 9999] : [0, Number(bound) - (sign === "<" ? 1 : 0)];
    const [, from, dots, to] = /^(\d{4})?(\.\.|-|–)?(\d{4})?$/.exec(value) ?? [];
    if (!from && !to) return null;
    if (key === "before") return [0, Number(from ?? to) - 1];
    if (key === "after") return [Number(from ?? to) + 1, 9999];
    return [Number(from ?? 0), Number(to ?? (dots ? 9999 : from))];
  }

  /**
   * Return the sets of words of which a paper must have one whole: each choice of what OR stands between, and short
   * words joined to their neighbours as compounds are written (`gpt 4` for GPT-4).
   * @param {Query} query
   * @returns {string[][]}
   */
  function alternatives({ groups }) {
    let sets = [[]];
    for (const group of groups) sets = sets.flatMap((set) => group.map((words) => [...set, ...words])).slice(0, MOST_ALTERNATIVES);
    const joined = sets.map(joinShort).filter(Boolean);
    return [...sets, ...joined].filter((set) => set.length).slice(0, MOST_ALTERNATIVES);
  }

  /**
   * Return words with compounds taken apart.
   * @param {string[]} words
   */
  function partsOf(words) {
    return words.flatMap((word) => word.split(/[^\p{L}\p{N}\p{M}]+/u)).filter(Boolean);
  }

  function joinShort(words) {
    const short = (word) => /^(?:\p{L}|\p{N}{1,3})$/u.test(word);
    const joined = [];
    let open = false;
    for (const word of words) {
      if (joined.length && (short(word) || open)) joined[joined.length - 1] += word;
      else joined.push(word);
      open = /^\p{L}$/u.test(word);
    }
    return joined.length < words.length && joined.length ? joined : null;
  }

  /**
   * Return how many letters to change, leave out, add or swap makes one word another; more than `most` are not counted.
   * @param {string} one
   * @param {string} other
   * @param {number} most
   */
  function distance(one, other, most) {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    let before = [];
    let last = Array.from({ length: other.length + 1 }, (_, index) => index);
    for (let i = 1; i <= one.length; i++) {
      const row = [i];
      for (let j = 1; j <= other.length; j++) {
        const same = one[i - 1] === other[j - 1];
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      if (Math.min(...row) > most) return most + 1;
      before = last;
      last = row;
    }
    return last[other.length];
  }

  /**
   * Return the words of a vocabulary that are nearest to one that nothing has, the best first. Those that it begins
   * come first: it may not be typed out yet.
   * @param {string} typed
   * @param {string[]} vocabulary the most frequent words first
   */
  function nearest(typed, vocabulary) {
    const word = fold(typed);
    const most = word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
    const near = [];
    vocabulary.forEach((other, place) => {
      const begins = word.length > 3 && other.startsWith(word) && other !== word;
      const far = begins ? 0.5 : distance(word, other, most);
      if (far <= most && other !== word) near.push({ other, far: far + (other[0] === word[0] ? 0 : 0.5), place });
    });
    return near.sort((a, b) => a.far - b.far || a.place - b.place).slice(0, 3).map(({ other }) => other);
  }

  // Endings of English and German words.
  const ENDINGS = [
    "e?s", "e?d", "e[rnm]?s?", "ings?", "(?:at)?ion(?:s|al)?", "i[sz](?:e[srd]?|ing|ations?)", "iv(?:e|ity)", "al(?:ly|ity)?", "l?y",
    "it(?:y|ies)", "ies?", "ied", "ments?", "able", "ung(?:en)?",
  ];
  const ENDING = new RegExp(`^(?:${ENDINGS.join("|")})?$`);

  // Whether two words are forms of one: they begin alike and what follows are endings.
  function alike(one, other) {
    if (one === other) return true;
    let same = 0;
    while (same < one.length && one[same] === other[same]) same += 1;
    return same > 3 && ENDING.test(one.slice(same)) && ENDING.test(other.slice(same));
  }

  // Whether words stand in a row in others.
  function inRow(words, others) {
    return others.some((_, start) => words.every((word, index) => others[start + index] === word));
  }

  /**
   * Return hits with those first that have the words as they were typed: in the title, in a name, in a row.
   * @template {FoundHit} Hit
   * @param {Hit[]} hits
   * @param {string[]} words
   * @returns {Hit[]}
   */
  function rank(hits, words) {
    const wanted = words.flatMap(wordsOf);
    if (!wanted.length) return hits;
    const joined = wanted.join("");
    const transcribed = (name) => [wordsOf(name), wordsOf(name.toLowerCase().replace(/[äöüøå]/g, (letter) => TRANSCRIBED[letter]))];
    const scored = hits.map((hit, index) => {
      const title = wordsOf(hit.meta.title ?? "");
      const names = [...(hit.card.authors ?? []), ...(hit.card.organizations ?? []).map(([, name]) => name)].flatMap(transcribed);
      const all = new Set(names.flat());
      const body = new Set(wordsOf(hit.content ?? ""));
      let score = -0.05 * index;
      if (title.join("") === joined) score += 100;
      if (inRow(wanted, title)) score += 8;
      if (names.some((name) => inRow(wanted, name))) score += 8;
      if (names.some((name) => name.join("") === joined)) score += 8;
      for (const word of wanted) {
        if (title.includes(word)) score += 10;
        else if (title.some((other) => other.includes(word) && word.length > 3)) score += 5;
        else if (all.has(word)) score += 10;
        else if (title.some((other) => alike(word, other))) score += 3;
        else if (body.has(word)) score += 2;
      }
      return { hit, score };
    });
    return scored.sort((a, b) => b.score - a.score).map(({ hit }) => hit);
  }

  const TRANSCRIBED = { ä: "ae", ö: "oe", ü: "ue", ø: "oe", å: "aa" }; // as offprint/search/documents.py has them

  /**
   * Return a text in parts, those that a query's words stand in marked.
   * @param {string} plain
   * @param {string[]} words
   * @returns {[string, boolean][]} text, whether it is marked
   */
  function mark(plain, words) {
    const wanted = [...new Set(words.flatMap(wordsOf))];
    const parts = [];
    let end = 0;
    for (const { 0: word, index } of plain.matchAll(WORD)) {
      const spans = UNSPACED.test(word) ? inside(word, words) : (isWanted(word, wanted) ? [[0, word.length]] : []);
      for (const [from, to] of spans) {
        parts.push([plain.slice(end, index + from), false], [plain.slice(index + from, index + to), true]);
        end = index + to;
      }
    }
    parts.push([plain.slice(end), false]);
    return /** @type {[string, boolean][]} */ (parts.filter(([part]) => part));
  }

  const UNSPACED = /[\u3040-\u30ff\u3400-\u9fff]/;

  // Where words stand in a run of characters that has no spaces.
  function inside(run, words) {
    const spans = [];
    for (const word of words.filter((each) => UNSPACED.test(each))) {
      const at = run.indexOf(word);
      if (at >= 0) spans.push([at, at + word.length]);
    }
    spans.sort((a, b) => a[0] - b[0]);
    return spans.filter(([from], index) => !index || from >= spans[index - 1][1]);
  }

  function isWanted(word, wanted) {
    const folded = wordsOf(word);
    const whole = folded.join("");
    return wanted.some((each) => alike(each, whole) || folded.some((part) => alike(each, part)));
  }

  /**
   * Return the part of a text that has most of a query's words, with an ellipsis where it is cut.
   * @param {string} plain
   * @param {string[]} words
   */
  function excerpt(plain, words) {
    const pieces = plain.trim().split(/\s+/);
    if (pieces.length <= EXCERPT) return pieces.length < 2 && UNSPACED.test(plain) ? excerptUnspaced(plain.trim(), words) : pieces.join(" ");
    const wanted = [...new Set(words.flatMap(wordsOf))];
    const has = pieces.map((piece) => wanted.filter((each) => wordsOf(piece).some((part) => alike(each, part))));
    let best = 0;
    let most = -1;
    for (let start = 0; start <= pieces.length - EXCERPT; start++) {
      if (start && !/[.!?。]$/.test(pieces[start - 1]) && !has[start + 3]?.length) continue; // at a sentence, or just before a word
      const distinct = new Set(has.slice(start, start + EXCERPT).flat()).size;
      if (distinct > most) [best, most] = [start, distinct];
    }
    const end = best + EXCERPT;
    return `${best ? "… " : ""}${pieces.slice(best, end).join(" ")}${end < pieces.length ? " …" : ""}`;
  }

  function excerptUnspaced(plain, words) {
    const SIZE = 90; // characters
    const at = Math.max(0, ...words.map((word) => plain.indexOf(word)).filter((place) => place >= 0).slice(0, 1)) - 20;
    const start = Math.max(0, Math.min(at, plain.length - SIZE));
    return `${start ? "…" : ""}${plain.slice(start, start + SIZE)}${start + SIZE < plain.length ? "…" : ""}`;
  }

  return { parse, alternatives, written, partsOf, identifierOf, distance, nearest, rank, mark, excerpt, wordsOf };
})();
