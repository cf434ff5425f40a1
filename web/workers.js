/**
 * Module workers, also with a script of another origin.
 *
 * @module
 */

/**
 * @param {URL} url
 * @param {string} name
 * @returns {Worker}
 */
export function startWorker(url, name) {
  if (url.origin === globalThis.origin) {
    return new Worker(url, { type: "module", name });
  }
  // browsers refuse workers of another origin, but not modules that the origin allows (CORS)
  const script = new Blob([`import ${JSON.stringify(url.href)};`], { type: "text/javascript" });
  return new Worker(URL.createObjectURL(script), { type: "module", name });
}
