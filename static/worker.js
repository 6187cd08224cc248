// The service worker of the hosted site: what was read stays readable without network. sw.js, written by the
// build, says which edition of the site it belongs to. One cache holds one edition, and is never mixed with
// another: it is filled and checked whole before it takes over, and what cannot be checked is not kept.
"use strict";

const site = /** @type {ServiceWorkerGlobalScope & { edition: Edition }} */ (/** @type {unknown} */ (self));
const SCOPE = new URL(site.registration.scope);
const PREFIX = `offprint ${SCOPE.pathname} `; // other archives may live on the same host
const CACHE = PREFIX + site.edition.name;
const ARCHIVE = site.edition.archive; // the zip of this edition, where the site offers one
const FALLBACK = new URL("offline.html#missing", SCOPE).href;
const CHUNK = /\.pf_(?:index|filter|fragment)$/; // a part of the search index, whose name tells its content
const MOST_KEPT = 400; // pages and chunks of the search kept because they were asked for

site.addEventListener("install", (event) => event.waitUntil(install()));
site.addEventListener("activate", (event) => event.waitUntil(activate()));
site.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === SCOPE.origin && url.pathname.startsWith(SCOPE.pathname);
  const path = ours && event.request.method === "GET" ? pathOf(url) : "";
  if (path && !path.endsWith(".zip")) event.respondWith(answer(event.request, path, event));
});
site.addEventListener("message", (event) => {
  const does = new Map([["keep", keep], ["drop", drop], ["status", status]]).get(event.data);
  const say = (message) => event.ports[0].postMessage(message);
  if (does) event.waitUntil(does(say).then((done) => say({ done }), (error) => say({ error: error.message })));
});

// The path of a file below the site's root; empty where an address cannot be decoded, which the network answers.
function pathOf(url) {
  let path;
  try {
    path = decodeURIComponent(url.pathname.slice(SCOPE.pathname.length));
  } catch {
    return "";
  }
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

const addressOf = (path) => new URL(path.split("/").map(encodeURIComponent).join("/"), SCOPE).href;

// --- A new edition

// Fills the new cache, with all that the old one held; where anything fails the old one stays as it is.
async function install() {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(Object.entries(site.edition.shell).map(([path, hash]) => keepShell(cache, path, hash)));
    if (site.edition.search) await keepSearch(cache);
    const old = await caches.open(await oldName());
    for (const request of await old.keys()) await keepAgain(cache, old, request);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
  await site.skipWaiting();
}

// The file may be in the browser's own cache already, and that may be older: its hash decides.
async function keepShell(cache, path, hash) {
  for (const mode of /** @type {RequestCache[]} */ (["default", "reload"])) {
    const response = await fetch(addressOf(path), { cache: mode });
    if (!response.ok) continue;
    const copy = response.clone();
    if (await sha256(await response.arrayBuffer()) === hash) return cache.put(addressOf(path), copy);
  }
  throw new Error(`${path} is not of this edition`);
}

// What every search needs. The names of some files tell their content; the entry is asked for anew.
async function keepSearch(cache) {
  const entry = await fetched("pagefind/pagefind-entry.json", "no-cache");
  const { languages } = await entry.clone().json();
  const needed = ["pagefind/engine.js"];
  for (const { hash, wasm } of Object.values(languages)) {
    needed.push(`pagefind/pagefind.${hash}.pf_meta`, `pagefind/wasm.${wasm ?? "unknown"}.pagefind`);
  }
  const responses = await Promise.all(needed.map((path) => fetched(path, "no-cache")));
  await cache.put(addressOf("pagefind/pagefind-entry.json"), entry);
  await Promise.all(needed.map((path, index) => cache.put(addressOf(path), responses[index])));
}

/**
 * Return what the network has of a file; throws where it has none.
 * @param {string} path
 * @param {RequestCache} mode
 */
async function fetched(path, mode) {
  const response = await fetch(addressOf(path), { cache: mode });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

// What the reader had kept of the old edition is kept of the new one, where that still has it.
async function keepAgain(cache, old, request) {
  const path = pathOf(new URL(request.url));
  if (path.endsWith(".zip")) {
    if (ARCHIVE) await keepArchive(cache, () => {});
  } else if (CHUNK.test(path)) {
    await cache.put(request, await old.match(request));
  } else if (path.endsWith(".html") && !await cache.match(request)) {
    const response = await fetch(request.url, { cache: "no-cache" });
    if (response.ok && !response.redirected) await cache.put(request.url, response);
  }
}

async function oldName() {
  const names = await caches.keys();
  return names.find((name) => name.startsWith(PREFIX) && name !== CACHE) ?? CACHE;
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await site.clients.claim();
}

// --- Answers: from the network while there is one; else from the archive kept whole, else from what was read.
// Pages, and what a search begins with, must not come from the browser's own cache, which may hold an older
// edition of them, or the hosted site's where the archive's are needed.

async function answer(request, path, event) {
  const cache = await caches.open(CACHE);
  const chunk = CHUNK.test(path);
  const stored = chunk && await cache.match(addressOf(path));
  if (stored) return stored;
  const page = request.mode === "navigate";
  const anew = page || (path.startsWith("pagefind/") && !chunk);
  try {
    const response = await (anew ? fetch(request, { cache: "no-cache" }) : fetch(request));
    if (response.ok && (chunk || page) && !response.redirected) {
      event.waitUntil(keepRead(cache, path, response.clone(), chunk));
    }
    return response;
  } catch (error) {
    const fallback = await fromArchive(cache, path) ?? await cache.match(addressOf(path));
    if (fallback) return fallback;
    if (page) return Response.redirect(FALLBACK);
    throw error;
  }
}

// A page is kept only where the site has not become another edition since.
async function keepRead(cache, path, response, chunk) {
  if (Object.hasOwn(site.edition.shell, path)) return;
  const body = await response.blob();
  if (!chunk) {
    await site.registration.update();
    if (site.registration.installing || site.registration.waiting) return;
  }
  const address = addressOf(path);
  await cache.delete(address); // so that it is among the newest again
  await cache.put(address, new Response(body, { headers: { "Content-Type": typeOf(path) } }));
  const read = (await cache.keys()).map(({ url }) => pathOf(new URL(url)))
    .filter((each) => CHUNK.test(each) || each.endsWith(".html") && !Object.hasOwn(site.edition.shell, each));
  for (const oldest of read.slice(0, -MOST_KEPT)) await cache.delete(addressOf(oldest));
}

// --- The whole archive, kept as the zip that it comes in: one request, whole or not there

async function keep(say) {
  if (!ARCHIVE) throw new Error("keep_none");
  await keepArchive(await caches.open(CACHE), (bytes) => say({ bytes }));
  return status();
}

async function keepArchive(cache, tell) {
  const address = addressOf(ARCHIVE.path);
  const response = await fetch(address, { cache: "no-store" }).catch(() => null); // once on the disk is enough
  if (!response?.ok) throw new Error("keep_lost");
  let bytes = 0;
  const counted = response.body.pipeThrough(new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      tell(bytes);
      controller.enqueue(chunk);
    },
  }));
  const body = await new Response(counted).blob();
  if (body.size !== ARCHIVE.size || await sha256(await body.arrayBuffer()) !== ARCHIVE.sha256) {
    throw new Error("keep_replaced");
  }
  await cache.put(address, new Response(body, { headers: { "Content-Type": "application/zip" } }));
}

async function drop() {
  const cache = await caches.open(CACHE);
  if (ARCHIVE) await cache.delete(addressOf(ARCHIVE.path));
  directory = null;
  return status();
}

async function status() {
  const cache = await caches.open(CACHE);
  return { size: ARCHIVE?.size ?? 0, kept: Boolean(ARCHIVE && await cache.match(addressOf(ARCHIVE.path))) };
}

let directory = null; // path → where it lies in the zip, once it was read

async function fromArchive(cache, path) {
  const archive = ARCHIVE && await cache.match(addressOf(ARCHIVE.path));
  if (!archive) return null;
  const zip = await archive.blob();
  directory ??= await readDirectory(zip);
  const entry = directory.get(path);
  if (!entry) return null;
  const head = new DataView(await zip.slice(entry.offset, entry.offset + 30).arrayBuffer());
  const start = entry.offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const data = zip.slice(start, start + entry.packed);
  const stream = entry.method === 8 ? data.stream().pipeThrough(new DecompressionStream("deflate-raw")) : data;
  return new Response(stream, { headers: { "Content-Type": typeOf(path) } });
}

// The zip's central directory; its one top folder is the site's root. offprint/offline/zip.py writes no comments.
async function readDirectory(zip) {
  const end = new DataView(await zip.slice(-98).arrayBuffer());
  const at = end.byteLength - 22;
  const [size, start] = [end.getUint32(at + 12, true), end.getUint32(at + 16, true)];
  const view = new DataView(await zip.slice(start, start + size).arrayBuffer());
  const entries = new Map();
  const decoder = new TextDecoder();
  for (let next = 0; next < view.byteLength;) {
    const length = view.getUint16(next + 28, true);
    const name = decoder.decode(new Uint8Array(view.buffer, next + 46, length));
    entries.set(name.slice(name.indexOf("/") + 1), {
      method: view.getUint16(next + 10, true),
      packed: view.getUint32(next + 20, true),
      offset: view.getUint32(next + 42, true),
    });
    next += 46 + length + view.getUint16(next + 30, true) + view.getUint16(next + 32, true);
  }
  return entries;
}

const TYPES = {
  html: "text/html; charset=utf-8", css: "text/css", js: "text/javascript; charset=utf-8", svg: "image/svg+xml",
  xml: "application/xml", json: "application/json", woff2: "font/woff2", png: "image/png", csv: "text/csv; charset=utf-8",
};

function typeOf(path) {
  const ending = path.slice(path.lastIndexOf(".") + 1);
  return Object.hasOwn(TYPES, ending) ? TYPES[ending] : "text/plain; charset=utf-8";
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((each) => each.toString(16).padStart(2, "0")).join("");
}
