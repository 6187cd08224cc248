// Papers taken along: as BibTeX, RIS or CSL-JSON in a file, or laid out for Zotero. The build makes every citation
// (offprint/site/citations.py); here they are only fetched, unpacked and put together.
"use strict";

// Citations as the build has packed them: which file has a paper's, and what is in it.
const citations = (() => {
  /**
   * Return the path of the file that has a paper's citations: named by the last 11 bits of its slug's CRC-32.
   * @param {string} slug
   */
  function fileOf(slug) {
    let sum = -1;
    for (const character of slug) {
      sum ^= character.charCodeAt(0);
      for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
    }
    return `data/cite/${(~sum & 0x7ff).toString(16).padStart(3, "0")}.js`;
  }

  /**
   * Return BibTeX, RIS and CSL-JSON of a paper. Packed citations leave out what they repeat: U+E001 and those after
   * it stand for the texts, the last for the slug.
   * @param {string} slug
   * @param {PackedCitation} packed
   */
  function unpack(slug, [bibtex, ris, csl, ...texts]) {
    const filled = (citation, written) => citation.replace(/[\ue001-\ue005]/g, (mark) =>
      written([...texts, slug][mark.charCodeAt(0) - 0xe001]));
    const plain = (words) => words;
    const quoted = (words) => JSON.stringify(words).slice(1, -1);
    return [filled(bibtex, plain), filled(ris, plain), filled(JSON.stringify(csl), quoted)];
  }

  /**
   * Return a citation as a ContextObject (COinS, Dublin Core), which Zotero finds in a page.
   * @param {string} ris
   */
  function contextObject(ris) {
    const KEYS = {
      TI: "rft.title", AU: "rft.creator", DA: "rft.date", T2: "rft.source", UR: "rft.identifier",
      DO: "rft_id", AB: "rft.description", KW: "rft.subject", LA: "rft.language",
    };
    const pairs = [["ctx_ver", "Z39.88-2004"], ["rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"]];
    const lines = ris.split("\r\n").map((line) => [line.slice(0, 2), line.slice(6)]);
    const abstract = lines.some(([tag]) => tag === "AB");
    for (const [tag, value] of lines) {
      if (tag === "DA") pairs.push([KEYS.DA, value.replace(/\/+$/, "").replaceAll("/", "-")]);
      else if (tag === "DO") pairs.push([KEYS.DO, `info:doi/${value}`]);
      else if (tag === "N1" && !abstract) pairs.push([KEYS.AB, value]);
      else if (KEYS[tag]) pairs.push([KEYS[tag], value]);
    }
    // The type comes last: Zotero reads a title differently once it knows it.
    pairs.push(["rft.type", lines[0][1] === "CONF" ? "conferencePaper" : "preprint"]);
    // Zotero takes an encoded plus for a space: a full-width one stands in.
    return pairs.map(([key, value]) => `${key}=${encodeURIComponent(value.replaceAll("+", "＋"))}`).join("&");
  }

  return { fileOf, unpack, contextObject };
})();

const cite = (() => {
  const FORMATS = [
    { name: "BibTeX", ending: "bib", type: "application/x-bibtex", join: (each) => `${each.join("\n\n")}\n` },
    { name: "RIS", ending: "ris", type: "application/x-research-info-systems", join: (each) => `${each.join("\r\n\r\n")}\r\n` },
    { name: "CSL-JSON", ending: "json", type: "application/vnd.citationstyles.csl+json", join: (each) => `[\n${each.join(",\n")}\n]\n` },
  ];
  const RIS = 1;
  const AT_ONCE = 24; // files asked for at the same time

  // The citations of papers, in their order; `without` counts those that are not to be cited.
  async function gather(slugs, progress) {
    const files = [...new Set(slugs.map(citations.fileOf))];
    const packed = new Map();
    let next = 0;
    let done = 0;
    async function take() {
      while (next < files.length) {
        for (const [slug, citation] of Object.entries(await offprint.load(files[next++]))) packed.set(slug, citation);
        done += 1;
        if (files.length > AT_ONCE) progress(Math.floor((done / files.length) * slugs.length));
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, take));
    const cited = slugs.filter((slug) => packed.get(slug)).map((slug) => citations.unpack(slug, packed.get(slug)));
    return { cited, without: slugs.length - cited.length };
  }

  // The buttons that take papers along: `slugs` gives them when one is pressed, `name` the file's name.
  function buttons(slugs, name) {
    const status = element("p", { class: "said", role: "status" });
    const spans = element("div", { hidden: "" });

    async function take(use) {
      status.textContent = text("loading");
      try {
        const wanted = await slugs();
        const { cited, without } = await gather(wanted, (done) => {
          status.textContent = text("gathering", { done, count: wanted.length });
        });
        const said = cited.length ? [use(cited)] : [text("nothing_to_take")];
        if (without) said.push(text("gathered_without", { count: without }));
        status.textContent = said.join(" · ");
      } catch (error) {
        status.textContent = text("take_failed");
        console.error(error);
      }
    }

    const files = FORMATS.map((format, index) => button(format.name, () => take((cited) => {
      offprint.save(`${name()}.${format.ending}`, format.type, format.join(cited.map((each) => each[index])));
      return text("gathered", { count: cited.length });
    })));
    const zotero = button(text("zotero"), () => take((cited) => {
      spans.replaceChildren(...cited.map((each) =>
        element("span", { class: "Z3988", title: citations.contextObject(each[RIS]) })));
      document.dispatchEvent(new Event("ZoteroItemUpdated", { bubbles: true }));
      return text("zotero_ready", { count: cited.length });
    }));
    return { files, zotero, status, spans };
  }

  // For a list: all buttons, behind one word.
  function offer(slugs, name) {
    const { files, zotero, status, spans } = buttons(slugs, name);
    return element("details", { class: "tool take" }, element("summary", {}, text("take")),
      element("div", { class: "panel" }, element("p", { class: "buttons" }, ...files, zotero), status, spans));
  }

  // On a paper's page, below its BibTeX; Zotero reads the page as it is.
  /** @type {HTMLElement} */
  const box = document.querySelector(".cite[data-slug]");
  if (box) {
    const { slug } = box.dataset;
    const { files, status } = buttons(() => [slug], () => slug);
    box.after(element("p", { class: "buttons" }, ...files), status);
  }

  return { offer };
})();
