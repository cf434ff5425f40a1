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

/** Its extension modules are most of it, and few of them are needed. */
const IMAGECODECS = "imagecodecs";

/** @typedef {{ packages: Set<string>, modules: Set<string>, codecs: Set<string> }} Needed */
/** @typedef {(url: string, codecs: string[]) => Promise<{ data: Uint8Array<ArrayBuffer>, sha256: string }>} Trim */

/**
 * What stands in the place of the site's packages where not all are needed: nothing in the place of those that go.
 * @param {Site} site
 * @param {Needed} needed packages by name, modules that programs import, and extension modules of imagecodecs
 * @param {Trim} trim
 * @returns {Promise<Map<string, Blob | null>>} by path
 */
export async function trimmedPackages(site, { packages: named, modules, codecs }, trim) {
  const lock = JSON.parse(await site.text(LOCK));
  /** @type {Record<string, { file_name: string, sha256: string, depends: string[], imports: string[] }>} */
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
  /** @type {Map<string, Blob | null>} */
  const replaced = new Map();
  for (const [name, entry] of Object.entries(packages)) {
    const path = `pyodide/${entry.file_name}`;
    if (!kept.has(name)) {
      replaced.set(path, null);
      delete packages[name];
    } else if (name === IMAGECODECS && !importing.includes(name)) {
      const { data, sha256 } = await trim(path, [...codecs]);
      replaced.set(path, new Blob([data]));
      entry.sha256 = sha256;
    }
  }
  return replaced.set(LOCK, new Blob([`${JSON.stringify(lock, null, 1)}\n`]));
}
