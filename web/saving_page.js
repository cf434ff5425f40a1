/**
 * Writes a page of one file. How it is made is told in py/loadstone_build/single_file.py, which writes the same on the
 * desktop; web/single/ reads it.
 *
 * @module
 */

/** @import { Case } from "./case.js" */
/** @import { Member, Site } from "./saving_site.js" */

const BLOCK_BYTES = 2 ** 20;
const ESCAPE = 0x3d;
const SHIFT = 0x4000;
const READ_BLOCK = "readBlock()";
const BYTE_ORDER_MARK = "\ufeff";

/** These first, in this order: Python starts while the others are still being read. */
const FIRST = [
  "single/page.js", "single/engine.js", "single/decoder.js", "pyodide/pyodide.asm.mjs", "pyodide/pyodide-lock.json",
  "pyodide/pyodide.asm.wasm", "pyodide/python_stdlib.zip", "pyodide/numpy-", "pyodide/pydicom-", "pyodide/loadstone-",
];

/** In bundles already, or for development only. */
const LEFT_OUT = ["pyodide/pyodide.mjs", ".d.ts", ".map"];

/**
 * Those files of a site that a page of one file holds, in the order in which it does.
 * @param {string[]} paths
 */
export function membersAmong(paths) {
  const place = (/** @type {string} */ path) => {
    const found = FIRST.findIndex((name) => path.startsWith(name));
    return found < 0 ? FIRST.length : found;
  };
  return paths
    .filter((path) => /\/|\.html$|\.css$/.test(path) && !LEFT_OUT.some((ending) => path.endsWith(ending)))
    .sort((one, other) => place(one) - place(other) || (one < other ? -1 : 1));
}

/**
 * A site's index.html with a case in it, in the place of the one that it has.
 * @param {string} index
 * @param {Case} shown
 */
export function indexOfCase(index, shown) {
  const page = new DOMParser().parseFromString(index, "text/html");
  page.getElementById("case")?.remove();
  const block = page.createElement("script");
  block.type = "application/json";
  block.id = "case";
  block.textContent = inScript(shown);
  page.head.querySelector("script[src]")?.before(block);
  page.title = shown.title;
  return textOf(page);
}

/**
 * The page as a Blob.
 * @param {Site} site
 * @param {string} index with its case
 * @param {Member[]} members
 * @param {AbortSignal} signal
 */
export async function pageOfOneFile(site, index, members, signal) {
  const entries = members.map(({ path, size, gzip }) => ({ path, size, bytes: gzip.size }));
  const [before, behind] = await aroundBlocks(site, index, inScript(entries));
  /** @type {BlobPart[]} */
  const parts = [encoded(BYTE_ORDER_MARK + before)];
  for (const { gzip } of members) {
    for (let begin = 0; begin < gzip.size; begin += BLOCK_BYTES) {
      signal.throwIfAborted();
      const piece = new Uint8Array(await gzip.slice(begin, begin + BLOCK_BYTES).arrayBuffer());
      // a Blob each: browsers keep large ones on the disk
      parts.push(new Blob([
        encoded(`<script type="application/octet-stream" data-bytes="${piece.length}">`),
        encodedBlock(piece),
        encoded(`</script><script>${READ_BLOCK}</script>\n`),
      ]));
    }
  }
  parts.push(encoded(behind));
  return new Blob(parts, { type: "text/html" });
}

/**
 * The page's text before the blocks, and behind them.
 * @param {Site} site
 * @param {string} index
 * @param {string} entries the JSON that tells of the blocks
 */
async function aroundBlocks(site, index, entries) {
  const page = new DOMParser().parseFromString(index, "text/html");
  const reader = (await site.text("single/reader.js")).trim();
  const styles = [];
  for (const link of page.querySelectorAll("link")) {
    const href = link.getAttribute("href") ?? "";
    if (link.rel === "stylesheet") {
      const style = page.createElement("style");
      style.textContent = await site.text(href.replace(/^\.\//, ""));
      styles.push(await hashSource(style.textContent));
      link.replaceWith(style);
    } else if (!href.startsWith("data:")) {
      link.remove();
    }
  }
  page.querySelectorAll("script[src], meta[charset]").forEach((one) => one.remove());
  page.querySelector("meta[http-equiv='Content-Security-Policy']")?.setAttribute("content", "default-src 'none'; "
    + `script-src ${await hashSource(reader)} ${await hashSource(READ_BLOCK)} 'wasm-unsafe-eval' blob:; `
    + `worker-src blob: data:; style-src ${styles.join(" ")}; img-src data: blob:; connect-src blob: data:; `
    + "base-uri 'none'; form-action 'none'");
  const list = page.createElement("script");
  list.type = "application/json";
  list.id = "members";
  list.textContent = entries;
  const script = page.createElement("script");
  script.textContent = reader;
  page.head.append(list, script);
  const text = textOf(page);
  const end = text.lastIndexOf("</body>");
  return /** @type {[string, string]} */ ([text.slice(0, end), text.slice(end)]);
}

/** @param {Document} page */
function textOf(page) {
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
}

/**
 * JSON as it can stand in a script: within one only "</" and "<!--" mean anything.
 * @param {unknown} value
 */
function inScript(value) {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/**
 * @param {string} text
 * @returns {Promise<string>} how a Content-Security-Policy allows it
 */
async function hashSource(text) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `'sha256-${btoa(String.fromCharCode(...digest))}'`;
}

/** @param {string} text */
function encoded(text) {
  return Uint16Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}

/**
 * The code units that stand for bytes in a page in UTF-16.
 * @param {Uint8Array} piece
 */
export function encodedBlock(piece) {
  const even = new Uint8Array(piece.length + (piece.length % 2));
  even.set(piece);
  const units = new Uint16Array(even.buffer);
  const written = new Uint16Array(units.length * 2);
  let length = 0;
  for (const unit of units) {
    // NUL and CR do not survive a parser, < may end the script, a surrogate alone is no character
    if (unit === 0 || unit === 0x0d || unit === 0x3c || unit === ESCAPE || (unit >= 0xd800 && unit < 0xe000)) {
      written[length++] = ESCAPE;
      written[length++] = unit + SHIFT;
    } else {
      written[length++] = unit;
    }
  }
  return written.slice(0, length);
}
