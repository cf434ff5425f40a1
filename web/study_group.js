/**
 * One study in the list: whose it is and when it was made, and a row for each stack of each series.
 *
 * @module
 */

import { make, putInOrder } from "./elements.js";
import { ListRow, factsOf, isoDate, personName, titleOf } from "./list_row.js";
import { closeButton } from "./notices.js";
import { makeDraggable } from "./stack_drag.js";

/** @import { GrowingSeries } from "./growing_series.js" */
/** @import { ListedStack, ListedSeries, ListedStudy } from "./list_row.js" */

/**
 * @typedef {object} StackRow
 * @property {string} key no other row has it
 * @property {ListRow} view
 * @property {ListedSeries} series
 * @property {ListedStack | null} stack null until a server has told of it
 * @property {Promise<void> | null} asking for the stack
 * @property {string | null} pictured the image that the thumbnail is to show; "" while the stack is not known
 */

export class StudyGroup {
  /** @type {Map<string, StackRow>} */
  #rows = new Map();
  /** @type {Map<string, GrowingSeries>} the series that a server lists, by their UIDs */
  growing = new Map();
  #list = make("ul", {});
  #name = make("h3", {});
  #facts = make("p", {});
  #key;
  #choose;

  /**
   * @param {ListedStudy} study
   * @param {string} key no other group has it
   * @param {(row: StackRow) => void} choose
   * @param {() => void} close
   */
  constructor(study, key, choose, close) {
    this.study = study;
    this.#key = key;
    this.#choose = choose;
    const closing = closeButton("Close this study", close);
    this.item = make("li", { class: "study" }, make("div", { class: "whose" }, this.#name, closing, this.#facts), this.#list);
  }

  get rows() {
    return [...this.#rows.values()];
  }

  /**
   * @param {ListedStudy} study as it is known by now
   * @param {boolean} complete whether the rows may come into the study's order
   */
  update(study, complete) {
    study = this.#withKnown(study);
    this.study = study;
    this.#name.textContent = personName(study.patientName) || study.patientId || "No patient name";
    const facts = [isoDate(study.date), study.patientName && study.patientId, study.description];
    this.#facts.textContent = facts.filter(Boolean).join(" · ");
    const keys = study.series.flatMap((series) => {
      const stacks = series.stacks.length ? series.stacks : [null];
      return stacks.map((stack, index) => this.#put(`${this.#key} ${series.seriesInstanceUID} ${index}`, series, stack));
    });
    for (const [key, { view }] of this.#rows) {
      if (!keys.includes(key)) {
        view.item.remove();
        this.#rows.delete(key);
      }
    }
    if (complete) {
      this.#order(keys);
    }
  }

  /** The user is done with it. */
  close() {
    this.item.remove();
    this.growing.forEach((growing) => growing.close());
  }

  /**
   * A server that is asked again tells of its series without stacks: the known ones stay, unless it has other images now.
   * @param {ListedStudy} study
   * @returns {ListedStudy}
   */
  #withKnown(study) {
    const series = study.series.map((now) => {
      const { seriesInstanceUID: uid, stacks, instanceCount = null } = now;
      const before = stacks.length ? null : this.study.series.find(({ seriesInstanceUID }) => seriesInstanceUID === uid);
      if (!before?.stacks.length) {
        return now;
      }
      if (instanceCount !== null && instanceCount === before.instanceCount) {
        return { ...now, stacks: before.stacks, partial: before.partial };
      }
      this.growing.get(uid)?.close();
      this.growing.delete(uid);
      return now;
    });
    return { ...study, series };
  }

  /**
   * @param {string} key
   * @param {ListedSeries} series
   * @param {ListedStack | null} stack
   */
  #put(key, series, stack) {
    const row = this.#rows.get(key) ?? this.#add(key, series);
    row.series = series;
    // the same list stays the same object, by which the viewer's stack is known
    row.stack = stack && row.stack && sameIds(stack, row.stack) ? { ...stack, imageIds: row.stack.imageIds } : stack;
    row.view.write(titleOf(series, stack), factsOf(series, stack));
    return key;
  }

  /**
   * @param {string} key
   * @param {ListedSeries} series
   */
  #add(key, series) {
    const view = new ListRow(() => this.#choose(row));
    /** @type {StackRow} */
    const row = { key, view, series, stack: null, asking: null, pictured: null };
    makeDraggable(view.item, view.canvas, key);
    this.#rows.set(key, row);
    this.#list.append(view.item);
    return row;
  }

  /** @param {string[]} keys */
  #order(keys) {
    const rows = keys.flatMap((key) => this.#rows.get(key) ?? []);
    this.#rows = new Map(rows.map((row) => [row.key, row]));
    putInOrder(this.#list, rows.map(({ view }) => view.item));
  }
}

/**
 * @param {ListedStack} one
 * @param {ListedStack} other
 */
function sameIds(one, other) {
  return one.imageIds.length === other.imageIds.length && one.imageIds.every((id, index) => id === other.imageIds[index]);
}
