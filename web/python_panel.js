/**
 * The Python panel: a loader typed here runs in the engine, and its images open like any other.
 *
 * @module
 */

import { element } from "./elements.js";

/** @import { Loadstone } from "./loadstone.js" */

const EXAMPLE = `import numpy as np

async def gradient(image_id, options):
    size = int(image_id.split(":")[1])
    across = np.arange(size, dtype="u2")
    return np.add.outer(across, across)

session.register_image_loader(
    "gradient", gradient)
`;

/**
 * @param {Loadstone} loadstone
 * @param {(text: string) => void} open
 */
export function showPythonPanel(loadstone, open) {
  const source = element("python-source", HTMLTextAreaElement);
  const output = element("python-output", HTMLOutputElement);
  source.value ||= EXAMPLE;

  const run = async () => {
    output.dataset.state = "running";
    output.textContent = "Running…";
    try {
      const value = await loadstone.runPython(source.value);
      output.dataset.state = "done";
      output.textContent = value === null ? "Done." : text(value);
      return true;
    } catch (error) {
      const { message, traceback } = /** @type {Error & { traceback?: string }} */ (error);
      output.dataset.state = "failed";
      output.textContent = traceback || message;
      // the last line of a traceback is the one that says what went wrong
      output.scrollTop = output.scrollHeight;
      output.scrollIntoView({ block: "nearest" });
      return false;
    }
  };

  element("python-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  source.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
  });
  element("python-stop", HTMLButtonElement).addEventListener("click", () => {
    // the notice tells of a start that fails
    loadstone.restart().catch(() => {});
  });
  element("python-open", HTMLButtonElement).addEventListener("click", async () => {
    if (await run()) {
      open(element("python-id", HTMLInputElement).value);
    }
  });
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}
