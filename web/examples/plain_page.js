/**
 * An image loader in Python and a canvas, without Cornerstone and without a bundler. To try it, serve the files of dist/
 * with this folder, `examples`, in it.
 */

import { createLoadstone } from "../loadstone.js";

const loadstone = await createLoadstone();

await loadstone.runPython(`
import numpy as np

def waves(image_id, options):
    size = int(image_id.removeprefix("waves:"))
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    return np.cos(20 * (x**2 + y**2))

session.register_image_loader("waves", waves)
`);

const canvas = document.querySelector("canvas");
const caption = document.querySelector("figcaption");
const view = { width: canvas.width, height: canvas.height };
const { data, width, height } = await loadstone.render("waves:256", view);
canvas.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
caption.textContent = "Point at a pixel.";

canvas.addEventListener("pointermove", async ({ offsetX, offsetY }) => {
  const probe = await loadstone.probe("waves:256", view, offsetX, offsetY);
  caption.textContent = `column ${probe.column}, row ${probe.row}: ${probe.modality}`;
});
