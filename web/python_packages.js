/**
 * The field for packages that a program needs: names, addresses of wheels, and wheels that are dropped.
 *
 * @module
 */

import { element } from "./elements.js";

/** @import { Loadstone } from "./loadstone.js" */
/** @import { PythonOutput } from "./python_output.js" */
/** @import { PlainError } from "./types.d.ts" */

export class PythonPackages {
  #loadstone;
  #output;
  #field = element("python-packages", HTMLInputElement);

  /**
   * @param {Loadstone} loadstone
   * @param {PythonOutput} output
   */
  constructor(loadstone, output) {
    this.#loadstone = loadstone;
    this.#output = output;
    element("python-install", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      // a comma also parts conditions of one package: name>=1,<2
      const packages = this.#field.value.split(/\s+/).filter(Boolean);
      if (packages.length) {
        this.install(packages);
      } else {
        this.#field.focus();
      }
    });
  }

  /** @param {(string | File)[]} packages */
  async install(packages) {
    const names = packages.map((one) => (one instanceof File ? one.name : one)).join(", ");
    this.#output.clear();
    this.#output.state = "running";
    this.#output.add("note", `Installing ${names}\n`);
    try {
      const installed = await this.#loadstone.installPackages(packages);
      const told = installed.map(({ name, version }) => `${name} ${version}`).join(", ");
      this.#output.state = "done";
      this.#output.add("value", told ? `Installed: ${told}\n` : `${names}: there already\n`);
    } catch (error) {
      this.#output.state = "failed";
      // the message says what to do; where in the installer it came up is nobody's business here
      this.#output.add("error", `${/** @type {PlainError} */ (error).message}\n`);
    }
    this.#output.show();
  }
}
