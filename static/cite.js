// Papers taken along: as BibTeX, RIS or CSL-JSON in a file, or laid out for Zotero. The build makes every citation
// (offprint/site/citations.py); here they are only fetched, unpacked and put together.
"use strict";

const cite = (() => {
  const FORMATS = [
    { name: "BibTeX", ending: "bib", type: "application/x-bibtex", join: (each) => `${each.join("\n\n")}\n` },
    { name: "RIS", ending: "ris", type: "application/x-research-info-systems", join: (each) => `${each.join("\r\n\r\n")}\r\n` },
    { name: "CSL-JSON", ending: "json", type: "application/vnd.citationstyles.csl+json", join: (each) => `[\n${each.join(",\n")}\n]\n` },
  ];
  const RIS = 1;
  const AT_ONCE = 24; // files asked for at the same time

  // The file that has a paper's citations: named by the last 12 bits of its slug's CRC-32.
  function fileOf(slug) {
    let sum = -1;
    for (const character of slug) {
      sum ^= character.charCodeAt(0);
      for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
    }
    return `data/cite/${(~sum & 0xfff).toString(16).padStart(3, "0")}.js`;
  }

  // Citations leave out what they repeat: U+E001 and those after it stand for the texts, the last for the slug.
  function unpack(slug, [bibtex, ris, csl, ...texts]) {
    const fill = (made, write) => made.replace(/[\ue001-\ue005]/g, (mark) =>
      write([...texts, slug][mark.charCodeAt(0) - 0xe001]));
    const plain = (each) => each;
    return [fill(bibtex, plain), fill(ris, plain), fill(JSON.stringify(csl), (each) => JSON.stringify(each).slice(1, -1))];
  }

  // The citations of papers, in their order; `without` counts those that are not to be cited.
  async function gather(slugs, progress) {
    const files = [...new Set(slugs.map(fileOf))];
    const found = {};
    let next = 0;
    let done = 0;
    async function take() {
      while (next < files.length) {
        Object.assign(found, await offprint.load(files[next++]));
        done += 1;
        if (files.length > AT_ONCE) progress(Math.floor((done / files.length) * slugs.length));
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, take));
    const citations = slugs.filter((slug) => found[slug]).map((slug) => unpack(slug, found[slug]));
    return { citations, without: slugs.length - citations.length };
  }

  // A citation as a ContextObject in a span (COinS, Dublin Core), which Zotero finds in a page.
  function coins(ris) {
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
    const title = pairs.map(([key, value]) => `${key}=${encodeURIComponent(value.replaceAll("+", "＋"))}`).join("&");
    return element("span", { class: "Z3988", title });
  }

  // The buttons that take papers along: `slugs` gives them when one is pressed, `name` the file's name.
  function buttons(slugs, name) {
    const status = element("p", { class: "said", role: "status" });
    const spans = element("div", { hidden: "" });

    async function take(use) {
      status.textContent = text("loading");
      try {
        const wanted = await slugs();
        const { citations, without } = await gather(wanted, (done) => {
          status.textContent = text("gathering", { done, count: wanted.length });
        });
        const said = citations.length ? [use(citations)] : [text("nothing_to_take")];
        if (without) said.push(text("gathered_without", { count: without }));
        status.textContent = said.join(" · ");
      } catch (error) {
        status.textContent = text("take_failed");
        console.error(error);
      }
    }

    const files = FORMATS.map((format, index) => button(format.name, () => take((citations) => {
      offprint.save(`${name()}.${format.ending}`, format.type, format.join(citations.map((each) => each[index])));
      return text("gathered", { count: citations.length });
    })));
    const zotero = button(text("zotero"), () => take((citations) => {
      spans.replaceChildren(...citations.map((each) => coins(each[RIS])));
      document.dispatchEvent(new Event("ZoteroItemUpdated", { bubbles: true }));
      return text("zotero_ready", { count: citations.length });
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
  const box = document.querySelector(".cite[data-slug]");
  if (box) {
    const { slug } = box.dataset;
    const { files, status } = buttons(() => [slug], () => slug);
    box.after(element("p", { class: "buttons" }, ...files), status);
  }

  return { offer };
})();
