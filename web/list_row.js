/**
 * One row of the list beside the viewer: a thumbnail, what it is called, and more in small. And how a study's names,
 * dates and counts are written there.
 *
 * @module
 */

import { make } from "./elements.js";
import { THUMBNAIL_SIZE } from "./thumbnails.js";

/** @import { Series, Stack, Study } from "./types.d.ts" */

/**
 * `middle` is the image that stands for the stack, where that is not the one in the middle of its list.
 * @typedef {Pick<Stack, "imageIds" | "title"> & { middle?: string }} ListedStack
 */
/**
 * A series of a server comes with a count of its images first, and with stacks when they are asked for: at first those
 * of its first images, while it is `partial`.
 * @typedef {Pick<Series, "seriesInstanceUID" | "modality" | "number" | "description"> & {
 *   stacks: ListedStack[], instanceCount?: number | null, partial?: boolean }} ListedSeries
 */
/**
 * @typedef {Pick<Study, "studyInstanceUID" | "patientName" | "patientId" | "date" | "description">
 *   & { series: ListedSeries[] }} ListedStudy
 */

export class ListRow {
  #title = make("span", {});
  #facts = make("small", {});

  /** @param {() => void} choose called by a click or a key */
  constructor(choose) {
    const size = String(THUMBNAIL_SIZE);
    this.canvas = make("canvas", { width: size, height: size, "aria-hidden": "true" });
    this.button = make("button", { type: "button" }, this.canvas, make("span", { class: "words" }, this.#title, this.#facts));
    this.button.addEventListener("click", choose);
    this.item = make("li", {}, this.button);
  }

  /**
   * @param {string} title
   * @param {string} [facts]
   */
  write(title, facts = "") {
    this.#title.textContent = title;
    this.#facts.textContent = facts;
  }

  /** @param {boolean} current whether it is what the canvas shows */
  set current(current) {
    this.button.setAttribute("aria-current", String(current));
  }

  /** @param {boolean} busy */
  set busy(busy) {
    this.button.setAttribute("aria-busy", String(busy));
  }
}

/**
 * @param {ListedSeries} series
 * @param {ListedStack | null} stack of it; null where it is not known yet
 */
export function titleOf({ number, description }, stack) {
  const name = description || (number === null ? "Unnamed series" : `Series ${number}`);
  return stack?.title ? `${name}, ${stack.title}` : name;
}

/**
 * @param {ListedSeries} series
 * @param {ListedStack | null} stack
 */
export function factsOf(series, stack) {
  const { modality, instanceCount = null, stacks } = series;
  const count = stack && stack.imageIds.length;
  let text = images(count ?? instanceCount);
  if (count !== null && series.partial) {
    text = instanceCount !== null && stacks.length === 1 ? `${count} of ${images(instanceCount)}` : `${images(count)} so far`;
  }
  return [modality, text].filter(Boolean).join(" · ");
}

/** @param {number | null} count */
export function images(count) {
  return count === null ? "" : count === 1 ? "1 image" : `${count} images`;
}

/**
 * A name as people write it.
 * @param {string} name as DICOM does, Family^Given
 */
export function personName(name) {
  const [family = "", ...others] = name.split("^").map((part) => part.trim());
  return [family, others.filter(Boolean).join(" ")].filter(Boolean).join(", ");
}

/**
 * A date as ISO 8601 writes it; what is no date stays as it is.
 * @param {string} date as DICOM does
 */
export function isoDate(date) {
  return date.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
}
