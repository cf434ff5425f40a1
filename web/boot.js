/**
 * Starts the engine before anything else of the page is even loaded, and shows how far it is.
 *
 * @module
 */

import { createLoadstone } from "./loadstone.js";

/** @import { BootProgress } from "./types.d.ts" */

const booting = createLoadstone({ onProgress: show });
// main.js tells the user; until it is there nobody else would catch this
booting.catch(() => {});

// the page itself is loaded while Python boots; it must not stand in the way of the worker's files
import("./main.js").then(({ openPage }) => openPage(booting), sayWhyNot);

/** @param {Error} error */
function sayWhyNot({ message }) {
  const [boot, box] = [document.querySelector("#boot"), document.querySelector("#error")];
  boot?.setAttribute("hidden", "");
  box?.append(`The page could not be loaded: ${message}; check that the site was copied whole, then reload the page`);
  box?.removeAttribute("hidden");
  document.body.dataset.state = "error";
}

/** @param {BootProgress} progress */
function show({ step, label, loaded }) {
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
