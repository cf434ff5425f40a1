/**
 * What goes into a page of one file beside the site: stacks with their files, programs, and packages.
 *
 * @module
 */

import { membersAmong } from "./saving_page.js";
import { compressed, trimmedPackages } from "./saving_site.js";

/** @import { Case, CaseStack } from "./case.js" */
/** @import { Loadstone } from "./loadstone.js" */
/** @import { Member, Needed, Site } from "./saving_site.js" */
/** @import { ImageFile, SavedProgram, WhereImageIs } from "./types.d.ts" */

/** @typedef {CaseStack & { size: number | null, reason: string }} Choice `reason` tells why it can not be saved, else "" */

/**
 * The stacks with what is known of their files.
 * @param {Loadstone} loadstone
 * @param {CaseStack[]} stacks
 * @returns {Promise<{ choices: Choice[], files: Map<string, ImageFile> }>} files by image id
 */
export async function choicesOf(loadstone, stacks) {
  /** @type {WhereImageIs[]} */
  const told = await loadstone.imageFiles(stacks.flatMap(({ imageIds }) => imageIds));
  const known = new Map(told.map((one) => [one.imageId, one]));
  const choices = stacks.map((stack) => {
    const images = stack.imageIds.flatMap((imageId) => known.get(imageId) ?? []);
    const refused = images.find(({ reason }) => reason);
    const files = new Map(images.flatMap(({ file }) => (file ? [[file.address, file.size]] : [])));
    const size = [...files.values()].reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0);
    return { ...stack, size, reason: refused ? `${refused.imageId} ${refused.reason}` : "" };
  });
  return { choices, files: new Map(told.flatMap(({ imageId, file }) => (file ? [[imageId, file]] : []))) };
}

/** Paths below a folder: each file has one of its own, wherever names count without case. */
class Paths {
  #taken;
  #folder;

  /**
   * @param {string} folder with a slash at its end
   * @param {Iterable<string>} taken
   */
  constructor(folder, taken = []) {
    this.#folder = folder;
    this.#taken = new Set([...taken].map((path) => path.toLowerCase()));
  }

  /** @param {string} path of which the name counts: folders may be called by persons */
  take(path) {
    const name = path.slice(path.lastIndexOf("/") + 1).replace(/[<>:"\\|?*\p{Cc}]/gu, "_").replace(/[. ]+$/, "") || "_";
    const ending = /(?:\.nii)?\.[A-Za-z]\w*$/i.exec(name)?.[0] ?? "";
    const stem = name.slice(0, name.length - ending.length);
    let found = `${this.#folder}${name}`;
    for (let number = 2; this.#taken.has(found.toLowerCase()); number += 1) {
      found = `${this.#folder}${stem}-${number}${ending}`;
    }
    this.#taken.add(found.toLowerCase());
    return found;
  }
}

/** Ids of samples, which are of all kinds, and of pipelines, also within other ids. */
const NEEDS_ALL = /\b(example|pipe)(:|%(25)*3A)/i;

/** Gathers one page's contents; `tell` hears of each step. */
export class Gathering {
  #loadstone;
  #site;
  #signal;
  #tell;
  /** @type {Member[]} */
  #members = [];
  /** @type {Needed} */
  #needed = { packages: new Set(), modules: new Set(), codecs: new Set() };
  #needsAll = false;

  /**
   * @param {Loadstone} loadstone
   * @param {Site} site
   * @param {AbortSignal} signal
   * @param {(text: string) => void} tell
   */
  constructor(loadstone, site, signal, tell) {
    this.#loadstone = loadstone;
    this.#site = site;
    this.#signal = signal;
    this.#tell = tell;
  }

  /**
   * @param {Pick<Case, "title" | "phi">} told
   * @param {CaseStack[]} stacks
   * @param {Map<string, ImageFile>} files by image id
   * @param {Set<string>} unwanted paths of files of this page that only stacks have which are left out
   * @returns {Promise<{ shown: Case, members: Member[] }>}
   */
  async gather(told, stacks, files, unwanted) {
    const paths = await this.#site.paths();
    const saved = [];
    const kept = paths.filter((path) => path.startsWith("files/") && !unwanted.has(path));
    const places = await this.#saveFiles(stacks, files, kept);
    for (const { title, imageIds, middle } of stacks) {
      const idOf = (/** @type {string} */ id) => placed(id, files, places);
      saved.push({ title, imageIds: imageIds.map(idOf), ...(middle ? { middle: idOf(middle) } : {}) });
    }
    const { programs, packages } = this.#loadstone.brought();
    const loaders = await this.#savePrograms(programs);
    const wheels = await this.#saveWheels(packages);
    this.#needsAll ||= wheels.length > 0 || !stacks.length
      || stacks.some(({ imageIds }) => imageIds.some((imageId) => NEEDS_ALL.test(imageId)));
    const own = await this.#ownFiles(paths.filter((path) => !/^(files|loaders|wheels)\//.test(path)), kept);
    return { shown: { ...told, stacks: saved, loaders, packages: wheels }, members: [...own, ...this.#members] };
  }

  /**
   * @param {CaseStack[]} stacks
   * @param {Map<string, ImageFile>} files
   * @param {string[]} kept paths of files that this page has already
   * @returns {Promise<Map<string, string>>} the new path of each file by its address
   */
  async #saveFiles(stacks, files, kept) {
    /** @type {Map<string, string>} */
    const places = new Map();
    const here = new Set(kept);
    const paths = new Paths("files/", kept);
    const wanted = new Map(stacks.flatMap(({ imageIds }) => imageIds).flatMap((imageId) => {
      const file = files.get(imageId);
      return file ? [[file.address, file]] : [];
    }));
    let read = 0;
    for (const [address, { name }] of wanted) {
      const path = pathOf(address);
      read += 1;
      this.#tell(`Reading file ${read} of ${wanted.size}`);
      const { data, packages, codecs } = await this.#loadstone.readFile(address, name, { signal: this.#signal });
      packages.forEach((one) => this.#needed.packages.add(one));
      codecs.forEach((one) => this.#needed.codecs.add(one));
      if (here.has(path)) {
        places.set(address, path);
      } else {
        const place = paths.take(name);
        places.set(address, place);
        this.#members.push(await compressed(place, new Blob([data])));
      }
    }
    return places;
  }

  /** @param {SavedProgram[]} programs */
  async #savePrograms(programs) {
    const paths = new Paths("loaders/");
    const loaders = [];
    for (const { name, source } of programs) {
      const path = paths.take(/\.py$/i.test(name) ? name : `${name}.py`);
      loaders.push(addressOf(path));
      (await this.#loadstone.findImports(source)).forEach((module) => this.#needed.modules.add(module.split(".")[0] ?? ""));
      if (source.includes("pipe:")) {
        this.#needed.packages.add("scipy");
      }
      this.#members.push(await compressed(path, new Blob([source])));
    }
    return loaders;
  }

  /** @param {(string | File)[]} packages wheels as files, or by their addresses */
  async #saveWheels(packages) {
    const wheels = [];
    for (const one of packages) {
      // the name of a wheel tells what it is, so it stays
      const name = typeof one === "string" ? decoded(one.slice(one.lastIndexOf("/") + 1)) : one.name;
      const content = typeof one === "string" ? new Blob([(await this.#loadstone.readFile(one, name)).data]) : one;
      wheels.push(addressOf(`wheels/${name}`));
      this.#members.push(await compressed(`wheels/${name}`, content));
    }
    return wheels;
  }

  /**
   * The site's own members but its index.html.
   * @param {string[]} paths
   * @param {string[]} kept files of the case that the page shows already
   */
  async #ownFiles(paths, kept) {
    const trim = (/** @type {string} */ url, /** @type {string[]} */ codecs) => this.#loadstone.imagecodecsFor(url, codecs);
    const replaced = this.#needsAll ? new Map() : await trimmedPackages(this.#site, this.#needed, trim);
    const wanted = membersAmong([...paths, ...kept]).filter((path) => path !== "index.html" && replaced.get(path) !== null);
    const members = [];
    for (const [index, path] of wanted.entries()) {
      this.#signal.throwIfAborted();
      this.#tell(`Compressing the page, file ${index + 1} of ${wanted.length}`);
      const content = replaced.get(path);
      members.push(await (content ? compressed(path, content) : this.#site.member(path)));
    }
    return members;
  }
}

/**
 * @param {string} imageId
 * @param {Map<string, ImageFile>} files
 * @param {Map<string, string>} places
 */
function placed(imageId, files, places) {
  const file = files.get(imageId);
  const place = places.get(file?.address ?? "");
  return file && place ? `${file.scheme}:${addressOf(place)}${file.query}` : imageId;
}

/** @param {string} path */
function addressOf(path) {
  return path.split("/").map(encodeURIComponent).join("/");
}

/**
 * The path of a file beside the page; "" where an address leads elsewhere.
 * @param {string} address
 */
export function pathOf(address) {
  const base = document.baseURI.replace(/[^/]*(?:[?#].*)?$/, "");
  const url = URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI).href : address;
  return url.startsWith(base) ? decoded(url.slice(base.length)) : url.includes(":") ? "" : decoded(url);
}

/** @param {string} address */
function decoded(address) {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
