// Scripts as browsers run them, in one global scope, on a page that has nothing for them: what does not touch the page
// can then be called.
import { readFileSync } from "node:fs";
import vm from "node:vm";

export const TWINS = JSON.parse(readFileSync(new URL("../contribute/twins.json", import.meta.url), "utf-8"));

const EMPTY = {
  documentElement: { lang: "en", dataset: { root: "./", archive: "https://example.org/" } },
  getElementById: () => null,
  querySelector: () => null,
  querySelectorAll: () => [],
  addEventListener() {},
};

// Runs scripts of static/, the first ones those of every page; returns a function that evaluates an expression after
// them. Texts of the interface are their keys, and storage is a Map.
export function load(...names) {
  const storage = new Map();
  const context = vm.createContext({
    TEXTS: new Proxy({}, { get: (_, key) => key }),
    LETTERS: TWINS.rules.letters,
    document: { ...EMPTY, dispatchEvent() {} },
    location: { protocol: "https:", search: "", pathname: "/index.html" },
    navigator: { userAgent: "" },
    localStorage: {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => storage.set(key, value),
      removeItem: (key) => storage.delete(key),
    },
    addEventListener() {},
    Event, TextEncoder, URL, URLSearchParams,
  });
  vm.runInContext("var self = globalThis;", context);
  for (const name of ["offprint.js", ...names]) {
    const file = new URL(`../../static/${name}`, import.meta.url);
    vm.runInContext(readFileSync(file, "utf-8"), context, { filename: file.pathname });
  }
  return (expression) => vm.runInContext(expression, context);
}

// A value of a page as one of this side, which has other prototypes.
export const plain = (value) => JSON.parse(JSON.stringify(value));
