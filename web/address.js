/**
 * The address field: image ids in, a stack out; the page's address follows, so that it can be kept and passed on.
 *
 * @module
 */

import { element, make } from "./elements.js";

/** @import { Viewer } from "./viewer.js" */

/** More ids than this are a list to pick from, not an address to pass on. */
const MOST_IDS = 100;

/** A comma parts ids only where another scheme follows: data: addresses hold commas of their own. */
const BETWEEN_IDS = /,?\s+|,(?=[a-z][a-z0-9+.-]*:)/i;

/** Of pipelines, the spaces around steps, and within the parentheses of one, belong to it. */
const BETWEEN_PIPES = /(?:(?<!\|\s*),?\s+(?!\s*\|)|,(?=[a-z][a-z0-9+.-]*:))(?![^()]*\))/i;

/**
 * @param {string} text
 * @returns {string[]}
 */
export function splitIds(text) {
  return text.trim().split(/\bpipe:/i.test(text) ? BETWEEN_PIPES : BETWEEN_IDS).filter(Boolean);
}

export class AddressField {
  #input = element("address-ids", HTMLInputElement);
  #known = element("known-ids", HTMLDataListElement);
  /** @type {object | null} the stack that the page's address names */
  #stack = null;

  /**
   * @param {Viewer} viewer
   * @param {string[]} home what is shown where the page's address names nothing
   * @param {(imageIds: string[]) => void} open
   */
  constructor(viewer, home, open) {
    element("address", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const imageIds = splitIds(this.#input.value);
      if (imageIds.length) {
        open(imageIds);
      } else {
        this.#input.focus();
      }
    });
    this.#input.addEventListener("paste", (event) => this.#paste(event));
    addEventListener("popstate", () => {
      const asked = idsOfPage();
      open(asked.length ? asked : home);
    });
    viewer.addEventListener("shown", () => {
      const stack = viewer.shown?.stack;
      if (stack && stack !== this.#stack) {
        this.#stack = stack;
        this.#remember(stack.imageIds, home);
      }
    });
  }

  /** @param {string[]} imageIds that can be picked in the field from now on */
  know(imageIds) {
    const known = new Set([...this.#known.options].map(({ value }) => value));
    this.#known.append(...imageIds.filter((id) => !known.has(id)).map((id) => make("option", { value: id })));
  }

  /** @param {string[]} imageIds that are being opened */
  show(imageIds) {
    this.#input.value = isPassable(imageIds) ? imageIds.join(" ") : "";
  }

  /**
   * @param {string[]} imageIds that have been opened
   * @param {string[]} home
   */
  #remember(imageIds, home) {
    if (!isPassable(imageIds)) {
      return;
    }
    const asked = idsOfPage();
    if (imageIds.join(" ") !== (asked.length ? asked : home).join(" ")) {
      history.pushState(null, "", hashOf(imageIds));
    }
    if (imageIds.length === 1) {
      this.know(imageIds);
    }
  }

  /**
   * A field of one line drops line breaks, which would glue the ids of a pasted list together.
   * @param {ClipboardEvent} event
   */
  #paste(event) {
    const text = event.clipboardData?.getData("text") ?? "";
    if (text.includes("\n")) {
      event.preventDefault();
      const { selectionStart, selectionEnd } = this.#input;
      this.#input.setRangeText(splitIds(text).join(" "), selectionStart ?? 0, selectionEnd ?? 0, "end");
    }
  }
}

/** @returns {string[]} the image ids in the page's address, `#id=…&id=…` */
export function idsOfPage() {
  return new URLSearchParams(location.hash.slice(1)).getAll("id").filter(Boolean);
}

/**
 * The address within the page that opens these images.
 * @param {string[]} imageIds
 */
export function hashOf(imageIds) {
  return `#${imageIds.map((id) => `id=${encodeURIComponent(id)}`).join("&")}`;
}

/**
 * Files of this visit have addresses that mean nothing later on, nor to anyone else.
 * @param {string[]} imageIds
 */
function isPassable(imageIds) {
  return imageIds.length <= MOST_IDS && !imageIds.some((id) => /\b(dicomfile|local|blob)(:|%3A)/i.test(id));
}
