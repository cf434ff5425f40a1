/**
 * Starts the engine before anything else of the page is even loaded, and shows how far it is.
 *
 * @module
 */

import { showFailure, showProgress } from "./boot_display.js";
import { createLoadstone } from "./loadstone.js";

const booting = createLoadstone({ onProgress: showProgress });
// main.js tells the user; until it is there nobody else would catch this
booting.catch(() => {});

// the page itself is loaded while Python boots; it must not stand in the way of the worker's files
import("./main.js").then(({ openPage }) => openPage(booting), ({ message }) => {
  showFailure(`The page could not be loaded: ${message}; check that the site was copied whole, then reload the page`);
});
