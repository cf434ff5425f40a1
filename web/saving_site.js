/**
 * The files of this page's own site, for a page of one file that is made of them: from a server, or from the file that
 * this page is.
 *
 * @module
 */

/** @import { Members } from "./single/members.js" */

/**
 * @typedef {object} Member one file as it lies in a page of one file
 * @property {string} path
 * @property {number} size without compression
 * @property {Blob} gzip
 */

/**
 * @typedef {object} Site
 * @property {() => Promise<string[]>} paths
 * @property {(path: string) => Promise<string>} text
 * @property {(path: string) => Promise<Member>} member
 */

/** @implements {Site} */
export class ServedSite {
  async paths() {
    return Object.keys(JSON.parse(await this.text("site_files.json")));
  }

  /** @param {string} path */
  async text(path) {
    return (await this.#fetch(path)).text();
  }

  /** @param {string} path */
  async member(path) {
    return compressed(path, await (await this.#fetch(path)).blob());
  }

  /** @param {string} path */
  async #fetch(path) {
    const url = new URL(path.split("/").map(encodeURIComponent).join("/"), document.baseURI);
    const answer = await fetch(url).catch((cause) => {
      throw new Error(`${url} could not be loaded (${cause.message}); check the connection, then save again`, { cause });
    });
    if (!answer.ok) {
      throw new Error(`${url} could not be loaded: the server answered ${answer.status}; check that the site was copied whole`);
    }
    return answer;
  }
}

/** @implements {Site} */
export class EmbeddedSite {
  #members;

  /** @param {Members} members */
  constructor(members) {
    this.#members = members;
  }

  async paths() {
    return this.#members.paths;
  }

  /** @param {string} path */
  async text(path) {
    return (await this.#members.respond(path)).text();
  }

  /** @param {string} path */
  member(path) {
    return this.#members.compressed(path);
  }
}

/**
 * @param {string} path
 * @param {Blob} content
 * @returns {Promise<Member>}
 */
export async function compressed(path, content) {
  const gzip = await new Response(content.stream().pipeThrough(new CompressionStream("gzip"))).blob();
  return { path, size: content.size, gzip };
}

const LOCK = "pyodide/pyodide-lock.json";

/** What the engine starts with. */
const ALWAYS = ["loadstone", "numpy", "pydicom"];

/**
 * The lock of the site's packages without those that are not needed, and the paths of the wheels that go.
 * @param {Site} site
 * @param {{ packages: Set<string>, modules: Set<string> }} needed packages by name, and modules that programs import
 */
export async function trimmedLock(site, { packages: named, modules }) {
  const lock = JSON.parse(await site.text(LOCK));
  /** @type {Record<string, { file_name: string, depends: string[], imports: string[] }>} */
  const packages = lock.packages;
  const importing = Object.keys(packages).filter((name) => packages[name]?.imports.some((module) => modules.has(module)));
  /** @type {Set<string>} */
  const kept = new Set();
  const waiting = [...ALWAYS, ...named, ...importing];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const found = packages[name];
    if (found && !kept.has(name)) {
      kept.add(name);
      waiting.push(...found.depends);
    }
  }
  const others = Object.keys(packages).filter((name) => !kept.has(name));
  const dropped = others.map((name) => `pyodide/${packages[name]?.file_name}`);
  others.forEach((name) => delete packages[name]);
  return { path: LOCK, text: `${JSON.stringify(lock, null, 1)}\n`, dropped: new Set(dropped) };
}
