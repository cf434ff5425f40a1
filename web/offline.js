/**
 * Lets the browser keep the site, so that the page opens without a network, and tells of a new version of it.
 *
 * @module
 */

import { element, make } from "./elements.js";
import { closeButton, hide } from "./notices.js";

/** How often at most a page that stays open asks for a new version. */
const HOUR_MS = 3_600_000;

/** For browsers that do not tell when they are idle. */
const SOON_MS = 3000;

/** Call it when the first image is shown: it asks for nothing before the browser has time. */
export function keepForOffline() {
  // not there on insecure addresses, and of no use to a page that is a file
  if (!location.protocol.startsWith("http") || !navigator.serviceWorker || savesData()) {
    return;
  }
  const begin = () => register().catch(tellWhyNot);
  if ("requestIdleCallback" in globalThis) {
    requestIdleCallback(begin);
  } else {
    setTimeout(begin, SOON_MS);
  }
}

/** Whether the user wants no more to be fetched than is needed. */
function savesData() {
  return Boolean(Reflect.get(navigator, "connection")?.saveData);
}

async function register() {
  const registration = await navigator.serviceWorker.register("./service_worker.js", { type: "module" });
  const notice = new NewVersionNotice();
  registration.addEventListener("updatefound", () => follow(registration, notice));
  follow(registration, notice);
  if (registration.waiting) {
    notice.show(registration.waiting);
  }
  tellIfKept(registration);
  askNowAndThen(registration);
}

/**
 * Follow a version on its way: the first one is told in the help, another by the notice.
 * @param {ServiceWorkerRegistration} registration
 * @param {NewVersionNotice} notice
 */
function follow(registration, notice) {
  const { installing: coming, active } = registration;
  coming?.addEventListener("statechange", () => {
    tellIfKept(registration);
    if (coming.state === "redundant") {
      tellWhyNot(new Error("not all of its files could be had and kept; the service worker's console names the file"));
    } else if (active) {
      notice.show(coming);
    }
  }, { once: true });
}

/** @param {ServiceWorkerRegistration} registration */
function tellIfKept({ active, waiting }) {
  element("offline", HTMLParagraphElement).hidden = !active && !waiting;
}

/** @param {ServiceWorkerRegistration} registration */
function askNowAndThen(registration) {
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - asked > HOUR_MS) {
      asked = Date.now();
      // without a network there is none to be had
      registration.update().catch(() => {});
    }
  });
}

/** @param {Error} error a full disk, a private window: nothing that keeps anybody from working */
function tellWhyNot({ message }) {
  console.info(`This page is not kept for use without a network: ${message}`);
}

class NewVersionNotice {
  #box = element("new-version", HTMLDivElement);
  /** @type {ServiceWorker | null} */
  #version = null;

  constructor() {
    navigator.serviceWorker.addEventListener("message", ({ data }) => this.#refused(data.othersOpen));
  }

  /** @param {ServiceWorker} version that is all there */
  show(version) {
    this.#version = version;
    this.#tell("A new version of this page is ready.");
  }

  /** @param {string} text */
  #tell(text) {
    const reload = make("button", { type: "button" }, "Reload");
    reload.addEventListener("click", () => this.#reload());
    const close = closeButton("Dismiss the message about the new version", () => hide(this.#box));
    this.#box.replaceChildren(make("div", { class: "words" }, make("p", {}, text)), reload, close);
    this.#box.hidden = false;
  }

  #reload() {
    if (this.#version?.state === "installed") {
      this.#version.addEventListener("statechange", () => location.reload(), { once: true });
      this.#version.postMessage("take over");
    } else {
      location.reload();
    }
  }

  /** @param {number} othersOpen */
  #refused(othersOpen) {
    const pages = othersOpen === 1 ? "Another page" : `${othersOpen} other pages`;
    this.#tell(`${pages} of this site still ${othersOpen === 1 ? "uses" : "use"} the old version; close what you can, then reload.`);
  }
}
