/**
 * Where Python and its packages lie beside the page, for the workers that start it.
 *
 * @module
 */

/**
 * @param {string} [base] the address of a file beside it, by default this one's
 * @returns {string} the folder of Pyodide, with a slash at its end
 */
export function pyodideFolder(base = import.meta.url) {
  return new URL("./pyodide/", base).href;
}

/**
 * @param {string[]} names
 * @param {Record<string, unknown>} packages those of the page's lock
 */
export function requireListed(names, packages) {
  const missing = names.filter((name) => !(name in packages));
  if (missing.length) {
    throw new Error(`${missing.join(", ")} did not come with this page, which was built for its own images and has only what `
      + "they need; do this in Loadstone's own page");
  }
}

/**
 * loadPackage resolves even where a package failed, so what is there has to be looked up.
 * @param {string[]} names
 * @param {Record<string, string>} loaded
 * @param {string} folder where they were looked for
 */
export function requireLoaded(names, loaded, folder) {
  const missing = names.filter((name) => !(name in loaded));
  if (missing.length) {
    throw new Error(`${missing.join(", ")} could not be loaded from ${folder}; `
      + "check that the wheel is there and matches pyodide-lock.json, then reload the page");
  }
}
