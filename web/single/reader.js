/**
 * The script in the head of a page of one file. It stands in the page as text, so it is small, and runs in browsers that
 * can not do the rest, to say so.
 *
 * @module
 */

import { showFailure, showProgress } from "../boot_display.js";
import { BlockReader } from "./blocks.js";
import { READING } from "./reading.js";

const NEEDED = ["DecompressionStream", "MessageChannel", "WebAssembly", "Worker"];

/** Where a page has no folder of its own, as one that was opened from a blob, its members lie here. */
const NO_FOLDER = "file:///";

function begin() {
  const missing = NEEDED.filter((name) => !(name in globalThis));
  if (missing.length || !("withResolvers" in Promise)) {
    addEventListener("DOMContentLoaded", () => showFailure(
      "This browser is too old for the page; open it in Chrome or Edge 120, Firefox 121, Safari 17.4, or a newer one",
    ));
    return;
  }
  const reader = new BlockReader(JSON.parse(document.getElementById("members")?.textContent ?? "[]"));
  // called by a script behind each block
  Reflect.set(globalThis, "readBlock", () => {
    const script = document.currentScript;
    const block = /** @type {HTMLElement} */ (script?.previousElementSibling);
    reader.take(block.textContent ?? "", Number(block.dataset.bytes));
    script?.remove();
    block.remove();
    // the last files are read while Python goes on with the first
    if (document.querySelector("#boot li:not([data-state=done])") === document.querySelector("#boot li")) {
      showProgress({ step: "runtime", label: READING, loaded: reader.read });
    }
  });
  addEventListener("DOMContentLoaded", () => {
    const error = reader.end();
    if (error) {
      showFailure(error.message);
    }
  });
  open(reader).catch(({ message }) => showFailure(message));
}

/** @param {BlockReader} reader */
async function open({ members }) {
  const url = URL.createObjectURL(await members.script("single/page.js"));
  const { openSingleFile } = await import(url);
  await openSingleFile(members, URL.canParse("./", document.baseURI) ? document.baseURI : NO_FOLDER);
}

begin();
