/**
 * One reading of files, told in the list: how far it is, with a way out, and what came of it.
 *
 * @module
 */

import { element, make } from "./elements.js";
import { closeButton, hide } from "./notices.js";

/** @import { SkippedFile } from "./types.d.ts" */

/** No more of the skipped files than this are listed at once. */
const LISTED = 200;

export class Reading {
  #abort = new AbortController();
  #text = make("p", {}, "Looking for files …");
  #bar = make("progress", { "aria-label": "Files read" });
  #box;

  constructor() {
    const cancel = make("button", { type: "button" }, "Cancel");
    cancel.addEventListener("click", () => this.#abort.abort(new DOMException("The reading was cancelled", "AbortError")));
    this.#box = make("li", { class: "reading", "data-state": "reading" }, this.#bar, this.#text, cancel);
    element("readings", HTMLUListElement).prepend(this.#box);
  }

  /** Aborted when the user cancels. */
  get signal() {
    return this.#abort.signal;
  }

  /**
   * @param {number} read
   * @param {number} total
   */
  progress(read, total) {
    this.#text.textContent = `Reading ${read} of ${files(total)}`;
    this.#bar.max = Math.max(total, 1);
    this.#bar.value = read;
  }

  /**
   * The end: what came of it stays to be read until the user dismisses it.
   * @param {string} summary
   * @param {SkippedFile[]} skipped
   */
  end(summary, skipped) {
    this.#box.dataset.state = "done";
    const says = make("p", { role: "status" }, skipped.length ? `${summary}; ${files(skipped.length)} skipped` : summary);
    const close = closeButton("Dismiss", () => {
      hide(this.#box);
      this.#box.remove();
    });
    const isFocused = this.#box.contains(document.activeElement);
    this.#box.replaceChildren(says, close, ...(skipped.length ? [skippedList(skipped)] : []));
    if (isFocused) {
      // the button that had the focus is gone
      close.focus();
    }
  }

  /** Nothing to tell in the list: what went wrong is told on the stage. */
  leave() {
    hide(this.#box);
    this.#box.remove();
  }
}

/** @param {SkippedFile[]} skipped */
function skippedList(skipped) {
  const list = make("ul", {});
  const more = make("button", { type: "button" });
  let listed = 0;
  const listMore = () => {
    const some = skipped.slice(listed, listed + LISTED);
    listed += some.length;
    list.append(...some.map(({ path, reason }) => make("li", {}, make("b", {}, path), ` ${reason}`)));
    more.textContent = `${skipped.length - listed} more …`;
    more.hidden = listed === skipped.length;
  };
  more.addEventListener("click", listMore);
  listMore();
  return make("details", { class: "skipped" }, make("summary", {}, "Which, and why"), list, more);
}

/** @param {number} count */
function files(count) {
  return count === 1 ? "1 file" : `${count} files`;
}
