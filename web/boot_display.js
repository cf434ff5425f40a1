/**
 * What the page shows while Python starts.
 *
 * @module
 */

/** @import { BootProgress } from "./types.d.ts" */

/** @param {BootProgress} progress */
export function showProgress({ step, label, loaded }) {
  const steps = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#boot li"));
  const current = [...steps].findIndex((item) => item.dataset.step === step);
  steps.forEach((item, index) => {
    item.dataset.state = index < current ? "done" : index === current ? "current" : "to-come";
  });
  document.querySelector("#boot-bar")?.setAttribute("value", String(current + 0.5));
  const title = document.querySelector("#boot-title");
  const bytes = document.querySelector("#boot-bytes");
  if (title && bytes) {
    title.textContent = label;
    bytes.textContent = loaded ? `${(loaded / 1e6).toFixed(1)} MB` : bytes.textContent;
  }
}

/** @param {string} message why the page can not start, and what to do */
export function showFailure(message) {
  const [boot, box] = [document.querySelector("#boot"), document.querySelector("#error")];
  boot?.setAttribute("hidden", "");
  box?.replaceChildren(message);
  box?.removeAttribute("hidden");
  document.body.dataset.state = "error";
}
