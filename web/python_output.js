/**
 * What a program of the Python panel says: what it prints, its value, or what went wrong; the latest part of it.
 *
 * @module
 */

import { make, short } from "./elements.js";

/** Characters; a program that prints without end must not fill the page. */
const MOST = 20_000;

/** @typedef {"stdout" | "stderr" | "value" | "error" | "note"} Kind */

export class PythonOutput {
  #box;
  #log = make("div", { class: "log" });
  #length = 0;

  /** @param {HTMLOutputElement} box its `data-state` tells what the program is at: running, done or failed */
  constructor(box) {
    this.#box = box;
    box.append(this.#log);
  }

  /** @param {"running" | "done" | "failed"} state */
  set state(state) {
    this.#box.dataset.state = state;
  }

  clear() {
    this.#log.replaceChildren();
    this.#length = 0;
  }

  /**
   * @param {Kind} kind
   * @param {string} text
   */
  add(kind, text) {
    const kept = text.slice(-MOST);
    this.#log.append(make("span", { class: kind }, kept));
    this.#length += kept.length;
    this.#forgetTheFirst();
    if (kind === "error") {
      // the last line of a traceback is the one that says what went wrong; the box is laid out from its end
      this.#box.scrollTop = 0;
    }
  }

  /** Bring the output into sight, where the panel is longer than its place. */
  show() {
    // in the frame in which the editor brings its marked line into sight, and after it
    requestAnimationFrame(() => this.#box.scrollIntoView({ block: "nearest" }));
  }

  #forgetTheFirst() {
    const first = () => /** @type {HTMLElement} */ (this.#log.firstElementChild);
    if (this.#length <= MOST) {
      return;
    }
    while (this.#length > MOST) {
      this.#length -= first().textContent?.length ?? 0;
      first().remove();
    }
    const note = `The output before the last ${short(MOST)} characters is not shown.\n`;
    this.#log.prepend(make("span", { class: "note" }, note));
    this.#length += note.length;
  }
}
