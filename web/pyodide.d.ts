// Pyodide is copied beside the page by the build, so its types come from the npm package.
declare module "*/pyodide/pyodide.mjs" {
  export { loadPyodide } from "pyodide";
}
