/**
 * The user's Python: programs, files of loaders, and packages that they need.
 *
 * @module
 */

/** @import { Told } from "./replay.js" */
/** @import { InstalledPackage, SavedProgram } from "./types.d.ts" */

export class PythonPrograms {
  #call;
  #unnamed = 0;

  /** @param {(method: string, params: object) => Promise<any>} call */
  constructor(call) {
    this.#call = call;
  }

  /**
   * @param {string} source
   * @param {{ replay?: boolean, name?: string }} [options]
   * @returns {Promise<any>}
   */
  run(source, { replay = true, name = "<page>" } = {}) {
    return this.#call("runPython", { source, replay, name });
  }

  /**
   * @param {string | URL} url
   * @returns {Promise<string[]>}
   */
  async loadLoader(url) {
    if (typeof url !== "string" && !(url instanceof URL)) {
      throw new TypeError(`loadPythonLoader: url=${url}; give the address of a Python file`);
    }
    const address = String(url);
    // two steps, so that an engine that starts again runs what was read, and reads nothing
    const source = await this.#call("readProgram", { url: address });
    return this.#call("runLoader", { url: address, source, name: fileName(address) });
  }

  /**
   * @param {(string | URL | Blob)[]} packages
   * @param {{ indexUrls?: string[] }} [options]
   * @returns {Promise<InstalledPackage[]>}
   */
  async install(packages, { indexUrls } = {}) {
    if (!Array.isArray(packages)) {
      throw new TypeError(`installPackages: packages=${packages}; give an array of names, addresses of wheels, or files`);
    }
    const given = await Promise.all(packages.map((one) => (one instanceof Blob ? this.#kept(one) : String(one))));
    const names = given.map((one) => (typeof one === "string" ? one : one.name));
    return this.#call("installPackages", { packages: given, names, indexUrls });
  }

  /**
   * A copy in memory: the file may be gone from the disk when an engine that starts again needs it.
   * @param {Blob} wheel
   */
  async #kept(wheel) {
    const name = wheel instanceof File ? wheel.name : `wheel ${++this.#unnamed}`;
    try {
      return new File([await wheel.arrayBuffer()], name);
    } catch (error) {
      throw new Error(`${name} could not be read; drop the file again`, { cause: error });
    }
  }
}

/**
 * The programs and packages among what an engine was told.
 * @param {Told[]} told
 * @returns {{ programs: SavedProgram[], packages: (string | File)[], unnamed: string[] }}
 */
export function broughtOf(told) {
  const programs = told.filter(({ method }) => method === "runPython" || method === "runLoader")
    .map(({ params }) => /** @type {SavedProgram} */ (params));
  const last = new Map(programs.map((program) => [program.name, program]));
  /** @type {(string | File)[]} */
  const given = told.filter(({ method }) => method === "installPackages").flatMap(({ params }) => Reflect.get(params, "packages"));
  const isWheel = (/** @type {string | File} */ one) => typeof one !== "string" || /\.whl($|[?#])/.test(one);
  return {
    programs: programs.filter((program) => last.get(program.name) === program).map(({ name, source }) => ({ name, source })),
    packages: given.filter(isWheel),
    unnamed: given.filter((one) => !isWheel(one)).map(String),
  };
}

/** @param {string} address */
function fileName(address) {
  const path = address.split(/[?#]/, 1)[0] ?? "";
  return path.slice(path.lastIndexOf("/") + 1) || address;
}
