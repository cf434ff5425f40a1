/**
 * Opens a page of Loadstone in headless Firefox, shows images one after the other, and writes what was seen as JSON:
 * node visit.mjs FIREFOX ADDRESS IMAGE_ID…
 */

import puppeteer from "puppeteer-core";

const TIMEOUT_MS = 90_000;

const [executablePath, address, ...imageIds] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  const seen = { requests: [], complaints: [], pictures: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error") {
      seen.complaints.push(message.text());
    }
  });
  page.on("pageerror", ({ message }) => seen.complaints.push(message));
  // its end is not waited for: a page of one file goes on loading while Python starts
  await page.goto(address, { timeout: TIMEOUT_MS });
  await page.waitForSelector("body[data-state=ready], body[data-state=error]", { timeout: TIMEOUT_MS });
  const error = await page.$eval("#error", (box) => (box.hidden ? "" : box.textContent));
  if (error) {
    throw new Error(error);
  }
  for (const imageId of imageIds) {
    await page.$eval("#canvas", (canvas) => delete canvas.dataset.imageId);
    await page.$eval("#address-ids", (field, id) => {
      field.value = id;
      field.form.requestSubmit();
    }, imageId);
    await page.waitForSelector(`#canvas[data-image-id="${imageId}"]`, { timeout: TIMEOUT_MS });
    seen.pictures.push(await page.$eval("#canvas", pictureOf));
  }
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}

/** @param {HTMLCanvasElement} canvas */
async function pictureOf(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { imageId: canvas.dataset.imageId, view: JSON.parse(canvas.dataset.view), sha256 };
}
