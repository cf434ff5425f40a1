/**
 * The Python panel: a loader written here runs in the engine, its images open like any other, and its errors are
 * shown at their line, also those that come later.
 *
 * @module
 */

import { element, make } from "./elements.js";
import { isWheel, saveAs } from "./python_file.js";
import { keepDraft, keptDraft } from "./python_draft.js";
import { EXAMPLES, textOf } from "./python_examples.js";
import { PythonOutput } from "./python_output.js";
import { PythonPackages } from "./python_packages.js";

/** @import { Loadstone } from "./loadstone.js" */
/** @import { PythonEditor } from "./python_editor.js" */
/** @import { Output, PlainError } from "./types.d.ts" */

export class PythonPanel {
  #loadstone;
  #open;
  #packages;
  #panel = element("python", HTMLDetailsElement);
  #fileName = element("python-name", HTMLElement);
  #imageIds = element("python-id", HTMLInputElement);
  #output = new PythonOutput(element("python-output", HTMLOutputElement));
  /** @type {Promise<PythonEditor> | null} */
  #loading = null;
  /** @type {PythonEditor | null} */
  #editor = null;
  /** The text that ran last: errors of another one have their lines elsewhere. */
  #ran = "";
  /** @type {Set<string>} what has been told since then: twenty images of a stack may fail for one reason */
  #told = new Set();
  #run = 0;

  /**
   * @param {Loadstone} loadstone
   * @param {(imageIds: string) => void} open shows the images that a program makes
   */
  constructor(loadstone, open) {
    this.#loadstone = loadstone;
    this.#open = open;
    this.#packages = new PythonPackages(loadstone, this.#output);
    this.#offerExamples();
    this.#listenToButtons();
    this.#listenToEngine();
    this.#panel.addEventListener("toggle", () => this.#panel.open && this.#whenReady());
    if (this.#panel.open) {
      this.#whenReady();
    }
  }

  /**
   * Show a program in place of the one that is there, or install a wheel.
   * @param {File} file
   */
  async openFile(file) {
    if (isWheel(file.name)) {
      this.#panel.open = true;
      await this.#packages.install([file]);
      return;
    }
    const text = await file.text();
    this.#panel.open = true;
    this.#show(await this.#whenReady(), file.name, text);
    this.#panel.scrollIntoView({ block: "nearest" });
  }

  /** The editor, which is loaded when it is first needed. */
  #whenReady() {
    this.#loading ??= this.#load().catch((error) => {
      this.#loading = null;
      this.#fail(error);
      throw error;
    });
    // whoever waits for it hears of it; the panel tells the user
    this.#loading.catch(() => {});
    return this.#loading;
  }

  async #load() {
    const [{ PythonEditor }, draft] = await Promise.all([import("./python_editor.js"), keptDraft() ?? firstExample()]);
    const host = element("python-editor", HTMLDivElement);
    const editor = new PythonEditor(host, { onChange: () => this.#keep(), onRun: () => this.#runIt() });
    this.#editor = editor;
    this.#imageIds.value = draft.imageIds;
    this.#show(editor, draft.name, draft.text);
    host.dataset.state = "ready";
    return editor;
  }

  /**
   * @param {PythonEditor} editor
   * @param {string} name
   * @param {string} text
   */
  #show(editor, name, text) {
    this.#fileName.textContent = name;
    editor.text = text;
    this.#keep();
  }

  #keep() {
    const text = this.#editor?.text ?? "";
    keepDraft({ name: this.#name, text, imageIds: this.#imageIds.value });
  }

  get #name() {
    return this.#fileName.textContent ?? "";
  }

  async #runIt() {
    const run = ++this.#run;
    const editor = await this.#whenReady();
    const name = this.#name;
    this.#ran = editor.text;
    this.#told.clear();
    editor.mark(null);
    this.#output.clear();
    this.#output.state = "running";
    try {
      const value = await this.#loadstone.runPython(this.#ran, { name });
      if (run !== this.#run) {
        return;
      }
      this.#output.state = "done";
      this.#output.add("value", value === null ? "Done.\n" : `${asText(value)}\n`);
    } catch (error) {
      this.#fail(/** @type {Error & PlainError} */ (error));
      return;
    }
    this.#open(this.#imageIds.value);
  }

  /** @param {PlainError} error */
  #fail({ message, traceback, program, line }) {
    this.#output.state = "failed";
    this.#output.add("error", `${(traceback || message).trimEnd()}\n`);
    if (line && program === this.#name && this.#editor?.text === this.#ran) {
      this.#editor.mark(line);
    }
    if (this.#panel.contains(document.activeElement)) {
      this.#output.show();
    }
  }

  #listenToEngine() {
    const { events } = this.#loadstone;
    // what programs print while Python starts again has been read before
    let starting = false;
    events.addEventListener("LOADSTONE_OUTPUT", (event) => {
      const { stream, text } = /** @type {CustomEvent<Output>} */ (event).detail;
      if (!starting) {
        this.#output.add(stream, text);
      }
    });
    events.addEventListener("CORNERSTONE_IMAGE_LOAD_FAILED", (event) => {
      const { error } = /** @type {CustomEvent<{ error: PlainError }>} */ (event).detail;
      const where = `${error.program}:${error.line}`;
      if (error.program === this.#name && !this.#told.has(where)) {
        this.#told.add(where);
        this.#fail(error);
      }
    });
    events.addEventListener("LOADSTONE_ENGINE_STOPPED", () => {
      starting = true;
    });
    events.addEventListener("LOADSTONE_ENGINE_RESTARTED", () => {
      starting = false;
      this.#output.add("note", "Python was started again, with the loaders that it had.\n");
    });
  }

  #listenToButtons() {
    element("python-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#runIt();
    });
    element("python-stop", HTMLButtonElement).addEventListener("click", () => {
      // the notice tells of a start that fails
      this.#loadstone.restart().catch(() => {});
    });
    this.#imageIds.addEventListener("input", () => this.#keep());
    element("python-save", HTMLButtonElement).addEventListener("click", async () => {
      saveAs(this.#name, new Blob([(await this.#whenReady()).text], { type: "text/x-python" }));
    });
    const wide = element("python-wide", HTMLButtonElement);
    wide.addEventListener("click", () => {
      wide.setAttribute("aria-pressed", String(wide.getAttribute("aria-pressed") !== "true"));
    });
    const picker = element("python-file", HTMLInputElement);
    element("python-pick", HTMLButtonElement).addEventListener("click", () => picker.click());
    picker.addEventListener("change", () => {
      const [file] = picker.files ?? [];
      if (file) {
        this.openFile(file);
      }
      // else the same file could not be picked again
      picker.value = "";
    });
  }

  #offerExamples() {
    const menu = element("python-examples", HTMLSelectElement);
    menu.append(...EXAMPLES.map(({ name, title }) => make("option", { value: name }, title)));
    menu.addEventListener("change", async () => {
      const example = EXAMPLES.find(({ name }) => name === menu.value);
      menu.selectedIndex = 0;
      if (example) {
        try {
          const [editor, text] = await Promise.all([this.#whenReady(), textOf(example)]);
          this.#imageIds.value = example.imageIds;
          this.#show(editor, example.name, text);
        } catch (error) {
          this.#fail(/** @type {Error & PlainError} */ (error));
        }
      }
    });
  }
}

async function firstExample() {
  const [first] = EXAMPLES;
  return { ...first, text: await textOf(first) };
}

/** @param {unknown} value */
function asText(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}
