/**
 * Which of the planes are seen, and where: four panes side by side, or one of them large, as on a phone.
 *
 * @module
 */

import { element, make } from "./elements.js";
import { showWarnings } from "./notices.js";

/** @import { MprBar } from "./mpr_bar.js" */
/** @import { Layout } from "./mpr_bar.js" */
/** @import { MprFacts } from "./mpr_facts.js" */
/** @import { MprPane } from "./mpr_pane.js" */
/** @import { MprSource } from "./mpr_source.js" */

/** Where there is room for one pane only, as style sheets have it. */
const NARROW = "(width < 47.5em)";

export class MprLayout {
  /** @type {Layout | null} null while there are no planes */
  #layout = null;
  #narrow = matchMedia(NARROW);
  #area = element("panes", HTMLDivElement);
  #warnings = make("div", { class: "notice warning", role: "status", hidden: "" });
  #panes;
  #source;
  #bar;
  #facts;
  #onLarge;

  /**
   * @param {MprPane[]} panes
   * @param {MprSource} source
   * @param {MprBar} bar
   * @param {MprFacts} facts
   * @param {(large: MprPane | MprSource) => void} onLarge hears which pane alone is seen
   */
  constructor(panes, source, bar, facts, onLarge) {
    this.#panes = panes;
    this.#source = source;
    this.#bar = bar;
    this.#facts = facts;
    this.#onLarge = onLarge;
    this.#narrow.addEventListener("change", () => this.#layout && this.show(this.#first));
  }

  /** @param {string[]} warnings of the volume */
  begin(warnings) {
    this.#area.before(this.#bar.element);
    this.#area.prepend(...this.#panes.map((pane) => pane.element));
    document.querySelector(".side")?.prepend(this.#facts.element);
    document.querySelector(".notices")?.prepend(this.#warnings);
    showWarnings(warnings, this.#warnings);
    this.show(this.#first);
  }

  end() {
    this.show("all");
    this.#layout = null;
    delete this.#area.dataset.layout;
    [...this.#panes, this.#bar, this.#facts].forEach((part) => part.element.remove());
    this.#warnings.remove();
  }

  /** @param {Layout} layout */
  show(layout) {
    this.#layout = layout;
    this.#bar.layout = layout;
    this.#area.dataset.layout = layout;
    const surfaces = [...this.#panes, this.#source];
    const large = surfaces.find(({ name }) => name === layout);
    surfaces.forEach((surface) => surface.element.classList.toggle("out", Boolean(large && large !== surface)));
    // what went wrong is told where something is to be seen
    const notices = document.querySelector(".notices");
    if (notices) {
      (large ?? this.#source).stage.append(notices);
    }
    if (large) {
      this.#onLarge(large);
    }
  }

  /**
   * Make one pane large, or all as they were.
   * @param {MprPane | MprSource} surface
   */
  enlarge({ name }) {
    this.show(this.#layout === name ? this.#first : name);
  }

  /** @returns {boolean} whether one pane was large that gave the others their room again */
  shrink() {
    const wasLarge = this.#layout !== this.#first && !this.#narrow.matches;
    if (wasLarge) {
      this.show("all");
    }
    return wasLarge;
  }

  /** @returns {Layout} */
  get #first() {
    return this.#narrow.matches ? "axial" : "all";
  }
}
