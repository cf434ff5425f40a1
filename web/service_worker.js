/**
 * Keeps the files of the site, so that the page works without a network: all of one version of it, never some.
 *
 * A browser that finds this script changed, by the list below, installs it anew beside the one that is at work. It
 * takes over when no page uses the old version any more, or when the only page that does asks for it.
 *
 * @module
 */

/** @type {Record<string, string>} the sha256 of each file by its path from here; the builder writes this line */
const FILES = {};

/** How many files are fetched at once: the page that is open may be loading something. */
const FETCHED_AT_ONCE = 4;

const worker = /** @type {ServiceWorkerPlace} */ (/** @type {unknown} */ (globalThis));
const scope = worker.registration.scope;
const cacheName = `loadstone ${scope}`;

worker.addEventListener("install", (event) => event.waitUntil(keepAll()));
worker.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
worker.addEventListener("fetch", (event) => {
  const path = pathOf(event.request);
  // what is no file of the site goes its own way, as if this were not here
  if (path !== null) {
    event.respondWith(answer(event.request, path));
  }
});
worker.addEventListener("message", (event) => event.waitUntil(takeOver(event)));

/** @param {string} path of a file of the site */
function urlOf(path) {
  return scope + path.split("/").map(encodeURIComponent).join("/");
}

/**
 * Where a file of this version is kept. Versions share the files in which they do not differ.
 * @param {string} path
 */
function keyOf(path) {
  return `${urlOf(path)}?sha256=${FILES[path]}`;
}

/** Have all files of this version; rejects where one can not be had, and the version is not installed. */
async function keepAll() {
  const cache = await caches.open(cacheName);
  const waiting = Object.keys(FILES);
  const keepSome = async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (!(await cache.match(keyOf(path)))) {
        await cache.put(keyOf(path), await fetchFile(path));
      }
    }
  };
  await Promise.all(Array.from({ length: FETCHED_AT_ONCE }, keepSome));
}

/**
 * A file as the list has it: from the browser's HTTP cache if it is there, else from the server.
 * @param {string} path
 * @returns {Promise<Response>}
 */
async function fetchFile(path) {
  // some hosts answer for index.html with a redirection to its folder
  const url = path === "index.html" ? scope : urlOf(path);
  const hash = (FILES[path] ?? "").match(/../g)?.map((byte) => String.fromCharCode(parseInt(byte, 16))).join("") ?? "";
  /** @param {RequestCache} cache */
  const get = (cache) => fetch(url, { cache, integrity: `sha256-${btoa(hash)}` });
  const response = await get("default").catch(() => get("reload"));
  if (!response.ok) {
    throw new Error(`${url}: the server answered ${response.status}`);
  }
  // a redirected response can not be the answer to a navigation
  return response.redirected ? new Response(response.body, { headers: response.headers }) : response;
}

/** Let the files of other versions go; no page uses them any more. */
async function forgetOthers() {
  const { installing, waiting } = worker.registration;
  if (installing || waiting) {
    return; // what they keep is theirs, and they will come here
  }
  const cache = await caches.open(cacheName);
  const kept = new Set(Object.keys(FILES).map(keyOf));
  const others = (await cache.keys()).filter(({ url }) => !kept.has(url));
  await Promise.all(others.map((request) => cache.delete(request)));
}

/**
 * The path of the file that is asked for; null where it is none of the site's.
 * @param {Request} request
 */
function pathOf({ url, method, mode }) {
  const { origin, pathname, search } = new URL(url);
  const folder = new URL(scope).pathname;
  if (!["GET", "HEAD"].includes(method) || origin !== location.origin || !pathname.startsWith(folder)
    || (search && mode !== "navigate")) {
    return null;
  }
  const path = decoded(pathname.slice(folder.length)) || "index.html";
  return Object.hasOwn(FILES, path) ? path : null;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/**
 * @param {Request} request
 * @param {string} path
 */
async function answer(request, path) {
  const kept = await caches.match(keyOf(path), { cacheName });
  if (!kept) {
    return fetch(request);
  }
  const range = request.headers.get("range");
  if (request.method === "GET" && !range) {
    return kept;
  }
  const body = await kept.blob();
  return request.method === "HEAD" ? headOf(body) : rangeOf(body, range ?? "");
}

/** @param {Blob} body */
function headOf(body) {
  return new Response(null, { headers: headersOf(body) });
}

/**
 * What a Range header asks for; the whole where it asks for several parts, or in words that nobody knows.
 * @param {Blob} body
 * @param {string} range
 */
function rangeOf(body, range) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (!first && !last) {
    return new Response(body, { headers: headersOf(body) });
  }
  const start = first ? Number(first) : Math.max(0, body.size - Number(last));
  const end = first && last ? Math.min(Number(last) + 1, body.size) : body.size;
  if (start >= end) {
    return new Response(null, { status: 416, headers: { "content-range": `bytes */${body.size}` } });
  }
  const part = body.slice(start, end, body.type);
  return new Response(part, {
    status: 206,
    headers: { ...headersOf(part), "content-range": `bytes ${start}-${end - 1}/${body.size}` },
  });
}

/** @param {Blob} body */
function headersOf(body) {
  return { "content-type": body.type, "content-length": String(body.size), "accept-ranges": "bytes" };
}

/**
 * A page asks to be served this version from now on. That it is not where another page still uses the old one: the two
 * would be mixed there; the page is told how many there are.
 * @param {ExtendableMessageEvent} event
 */
async function takeOver(event) {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const others = pages.filter(({ id, url }) => url.startsWith(scope) && id !== event.source?.id);
  if (others.length) {
    event.source?.postMessage({ othersOpen: others.length });
  } else {
    await worker.skipWaiting();
  }
}
