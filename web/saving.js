/**
 * *Save as one HTML file*: asks which stacks, says what names persons in them, and lets the browser save the page.
 *
 * @module
 */

import { element, inBytes, make } from "./elements.js";
import { images } from "./list_row.js";
import { saveAs } from "./python_file.js";
import { Gathering, choicesOf, pathOf } from "./saving_contents.js";
import { indexOfCase, pageOfOneFile } from "./saving_page.js";
import { compressed } from "./saving_site.js";

/** @import { CaseStack } from "./case.js" */
/** @import { Loadstone } from "./loadstone.js" */
/** @import { Choice } from "./saving_contents.js" */
/** @import { Site } from "./saving_site.js" */
/** @import { ImageFile, ImageIdentifiers } from "./types.d.ts" */

/** About what a page takes without images, compressed. */
const PAGE_BYTES = 15e6;

/** Larger files take long to open, and browsers may run out of memory. */
const LARGE = 500e6;

/** So many findings are shown; a series has the same in each of its files. */
const SHOWN = 12;

export class SavingDialog {
  #dialog = element("saving", HTMLDialogElement);
  #form = element("saving-form", HTMLFormElement);
  #title = element("saving-title", HTMLInputElement);
  #list = element("saving-stacks", HTMLUListElement);
  #about = element("saving-about", HTMLParagraphElement);
  #problem = element("saving-problem", HTMLElement);
  #progress = element("saving-progress", HTMLProgressElement);
  #start = element("saving-start", HTMLButtonElement);
  #cancel = element("saving-cancel", HTMLButtonElement);
  #loadstone;
  #site;
  /** @type {Choice[]} */
  #choices = [];
  /** @type {Map<string, ImageFile>} */
  #files = new Map();
  /** What was found in these images has been shown. */
  #warnedOf = "";
  /** @type {AbortController | null} of a save under way */
  #saving = null;

  /**
   * @param {Loadstone} loadstone
   * @param {Site} site
   */
  constructor(loadstone, site) {
    this.#loadstone = loadstone;
    this.#site = site;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.#list.addEventListener("change", () => this.#chosen());
    this.#cancel.addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#saving?.abort());
  }

  /**
   * @param {CaseStack[]} stacks
   * @param {string} title
   */
  async open(stacks, title) {
    this.#title.value = title;
    const { choices, files } = await choicesOf(this.#loadstone, stacks);
    this.#choices = choices;
    this.#files = files;
    this.#list.replaceChildren(...choices.map(row));
    this.#chosen();
    this.#dialog.showModal();
  }

  get #wanted() {
    const boxes = [...this.#list.querySelectorAll("input")];
    return this.#choices.filter((_, index) => boxes[index]?.checked);
  }

  /** The choice has changed: what was found in another one counts no more. */
  #chosen() {
    const wanted = this.#wanted;
    const sizes = wanted.map(({ size }) => size);
    const known = sizes.reduce((/** @type {number} */ sum, size) => sum + (size ?? 0), 0);
    const others = sizes.includes(null) ? ", and what has to be fetched first" : "";
    const { unnamed } = this.#loadstone.brought();
    this.#about.textContent = `About ${inBytes(PAGE_BYTES + known)} at most${others}: Python, and ${inBytes(known)} of images `
      + `before compression. ${known > LARGE ? "So large a file takes long to open, if the browser has the memory. " : ""}`
      + (unnamed.length ? `Not saved: ${unnamed.join(", ")}, installed from an index; install its wheel as a file. ` : "");
    this.#warnedOf = "";
    this.#show("choose");
  }

  /**
   * @param {"choose" | "warn" | "fail" | "work"} state
   * @param {...(Node | string)} problem
   */
  #show(state, ...problem) {
    this.#form.dataset.state = state;
    this.#problem.replaceChildren(...problem);
    this.#problem.hidden = !problem.length;
    this.#progress.hidden = state !== "work";
    this.#start.hidden = state === "work";
    this.#start.disabled = !this.#wanted.length;
    this.#start.textContent = state === "warn" ? "Save anyway" : "Save";
    for (const field of [this.#title, ...this.#list.querySelectorAll("input")]) {
      field.disabled = state === "work" || field.dataset.refused === "true";
    }
    if (state !== "choose") {
      // whatever had the focus may be gone; and nobody saves names by a second Enter
      this.#cancel.focus();
    }
  }

  async #save() {
    const wanted = this.#wanted;
    const { signal } = this.#saving = new AbortController();
    const key = JSON.stringify(wanted.map(({ imageIds }) => imageIds));
    try {
      const phi = this.#warnedOf === key ? "allowed" : "none";
      if (phi === "none" && !(await this.#nobodyIsNamed(wanted, signal))) {
        this.#warnedOf = key;
        return;
      }
      const page = await this.#page(wanted, phi, signal);
      saveAs(`${fileName(this.#title.value)}.html`, page);
      this.#dialog.close();
    } catch (error) {
      if (!signal.aborted) {
        this.#show("fail", make("p", {}, `It could not be saved: ${/** @type {Error} */ (error).message}`));
      }
    } finally {
      this.#saving = null;
    }
  }

  /**
   * @param {Choice[]} wanted
   * @param {AbortSignal} signal
   */
  async #nobodyIsNamed(wanted, signal) {
    this.#show("work");
    this.#about.textContent = "Looking for names of persons";
    const found = await this.#loadstone.identifiers(wanted.flatMap(({ imageIds }) => imageIds), { signal });
    if (found.length) {
      this.#about.textContent = "";
      this.#show("warn", ...warning(found));
    }
    return !found.length;
  }

  /**
   * @param {Choice[]} wanted
   * @param {"none" | "allowed"} phi
   * @param {AbortSignal} signal
   */
  async #page(wanted, phi, signal) {
    this.#show("work");
    const gathering = new Gathering(this.#loadstone, this.#site, signal, (text) => {
      this.#about.textContent = text;
    });
    const paths = (/** @type {Choice[]} */ stacks) =>
      stacks.flatMap(({ imageIds }) => imageIds.map((imageId) => pathOf(this.#files.get(imageId)?.address ?? "")));
    const inWanted = new Set(paths(wanted));
    const unwanted = new Set(paths(this.#choices).filter((path) => !inWanted.has(path)));
    const stacks = wanted.map(({ title, imageIds, middle }) => ({ title, imageIds, ...(middle ? { middle } : {}) }));
    const told = { title: this.#title.value.trim() || "Images", phi };
    const { shown, members } = await gathering.gather(told, stacks, this.#files, unwanted);
    const index = indexOfCase(await this.#site.text("index.html"), shown);
    this.#about.textContent = "Writing the file";
    return pageOfOneFile(this.#site, index, [...members, await compressed("index.html", new Blob([index]))], signal);
  }
}

/** @param {Choice} choice */
function row({ title, imageIds, reason }) {
  const box = make("input", { type: "checkbox", ...(reason ? { "data-refused": "true" } : { checked: "" }) });
  const facts = reason ? `can not be saved: ${reason}` : images(imageIds.length);
  return make("li", {}, make("label", {}, box, make("span", { class: "words" }, make("span", {}, title), make("small", {}, facts))));
}

/** @param {ImageIdentifiers[]} found */
function warning(found) {
  const told = found.flatMap(({ file, findings }) => findings.map(({ where, value }) => ({ file, text: `${where}: ${value}` })));
  const byText = Map.groupBy(told, ({ text }) => text);
  const lines = [...byText].map(([text, same]) => make("li", {}, make("b", {}, text), ` in ${
    same.length === 1 ? same[0]?.file : `${same.length} files`}`));
  const more = lines.length > SHOWN ? [make("li", {}, `and ${lines.length - SHOWN} more`)] : [];
  return [
    make("p", {}, "These images say whose they are. Whoever gets the file can read it:"),
    make("ul", {}, ...lines.slice(0, SHOWN), ...more),
  ];
}

/** @param {string} title */
function fileName(title) {
  return title.replace(/[<>:"/\\|?*\p{Cc}]/gu, " ").replace(/\s+/g, " ").trim().slice(0, 80) || "images";
}
