/**
 * The page of one file, from where its scripts are there: what boot.js is to a site.
 *
 * @module
 */

import { showProgress } from "../boot_display.js";
import { EngineWorker } from "../engine_worker.js";
import { createLoadstone } from "../loadstone.js";
import { openPage } from "../main.js";
import { EmbeddedSite } from "../saving_site.js";
import { EmbeddedFetch } from "./fetching.js";
import { READING } from "./reading.js";
import { startEmbeddedWorker } from "./workers.js";

/** @import { StartEngine } from "../engines.js" */
/** @import { Members } from "./members.js" */

/**
 * @param {Members} members they may still be coming
 * @param {string} pageUrl
 */
export async function openSingleFile(members, pageUrl) {
  new EmbeddedFetch(members, pageUrl).install();
  const [engine, decoder] = await Promise.all(["engine", "decoder"].map((name) => members.script(`single/${name}.js`)));
  const place = { members, pageUrl, scripts: { engine: /** @type {Blob} */ (engine), decoder: /** @type {Blob} */ (decoder) } };
  /** @type {StartEngine} */
  const startEngine = (onMessage, onEnd) => {
    const worker = startEmbeddedWorker(place, "engine");
    const running = new EngineWorker(worker, notStarted, onMessage, onEnd);
    running.post({ kind: "begin", pageUrl });
    return running;
  };
  const booting = createLoadstone({
    onProgress: (progress) => showProgress(progress.step === "runtime" ? { ...progress, label: READING } : progress),
    embedded: { startEngine },
  });
  // of a file that was cut, Python knows only what it misses
  await openPage(booting.catch((error) => Promise.reject(members.error ?? error)), {
    network: false, site: new EmbeddedSite(members),
  });
  await linkPages(members);
}

/**
 * Let links to other pages of the site lead to those that the file holds.
 * @param {Members} members
 */
async function linkPages(members) {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[href$='.html']"))) {
    const path = link.getAttribute("href") ?? "";
    if (members.has(path)) {
      link.href = URL.createObjectURL(await (await members.respond(path, "text/html")).blob());
    }
  }
}

function notStarted() {
  return new Error("this browser does not let the page start a worker; open it in a current Chrome, Edge, Firefox or Safari");
}
