/**
 * Where Python and its packages lie beside the page, for the workers that start it.
 *
 * @module
 */

export const PYODIDE = new URL("./pyodide/", import.meta.url).href;

/**
 * loadPackage resolves even where a package failed, so what is there has to be looked up.
 * @param {string[]} names
 * @param {Record<string, string>} loaded
 */
export function requireLoaded(names, loaded) {
  const missing = names.filter((name) => !(name in loaded));
  if (missing.length) {
    throw new Error(`${missing.join(", ")} could not be loaded from ${PYODIDE}; `
      + "check that the wheel is there and matches pyodide-lock.json, then reload the page");
  }
}
