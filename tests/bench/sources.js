/** Watches the built page while files are dropped on it, scrolls through what it shows, and says what a user notices. */

const canvas = document.querySelector("#canvas");

/** When something first holds, looked at whenever the page changes. */
export function when(holds) {
  return new Promise((resolve) => {
    const look = () => {
      if (holds()) {
        observer.disconnect();
        resolve(performance.now());
      }
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { attributes: true, characterData: true, childList: true, subtree: true });
    look();
  });
}

const isLocal = () => canvas.dataset.imageId?.startsWith("dicomfile:");
const isRead = () => document.querySelector(".reading[data-state=done]") !== null;

/** Begin to watch; gives a promise of the figures, in ms from the drop, as soon as all is read. */
export function watchDrop() {
  const { promise: dropped, resolve } = Promise.withResolvers();
  addEventListener("drop", () => resolve(performance.now()), { capture: true, once: true });
  const begun = firstCall("addFiles");
  const reading = dropped.then(async (start) => {
    const firstImage = when(isLocal);
    const firstSeries = when(() => document.querySelector("#studies .words") !== null);
    const complete = when(isRead);
    const pause = longestFrame(complete);
    const answer = begun.then(({ worker }) => longestAnswer(worker, isRead));
    const scrolling = firstImage.then(() => scroll(isRead));
    return {
      begun: (await begun).at - start,
      firstImage: (await firstImage) - start,
      firstSeries: (await firstSeries) - start,
      complete: (await complete) - start,
      pause: await pause,
      answer: await answer,
      scrolled: await scrolling,
      told: document.querySelector(".reading p").textContent,
    };
  });
  return { reading };
}

/** When the page first sends Python this call, and the worker that it is sent to. */
function firstCall(method) {
  const { promise, resolve } = Promise.withResolvers();
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (message, ...others) {
    if (message.method === method) {
      resolve({ at: performance.now(), worker: this });
      Worker.prototype.postMessage = postMessage;
    }
    postMessage.call(this, message, ...others);
  };
  return promise;
}

/** The longest time that a question to Python waits for its answer, asked again and again until `ended`. */
async function longestAnswer(worker, ended) {
  // no id of the page's own calls
  const id = "answered";
  let longest = 0;
  while (!ended()) {
    const asked = performance.now();
    await new Promise((resolve) => {
      const listen = ({ data }) => {
        if (data.id === id) {
          worker.removeEventListener("message", listen);
          resolve();
        }
      };
      worker.addEventListener("message", listen);
      worker.postMessage({ kind: "call", id, method: "cacheInfo", params: {} });
    });
    longest = Math.max(longest, performance.now() - asked);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return longest;
}

/** The longest time without a frame of the page until `end` settles. */
async function longestFrame(end) {
  let ended = false;
  end.then(() => {
    ended = true;
  });
  let longest = 0;
  let last = performance.now();
  while (!ended) {
    const now = await new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
    longest = Math.max(longest, now - last);
    last = now;
  }
  return longest;
}

/** Scroll on as soon as a picture is there, turning at the ends of the stack; until `ended`, or `most` pictures. */
async function scroll(ended, most = Infinity) {
  let [pictures, longest, key] = [0, 0, "ArrowDown"];
  const begun = performance.now();
  while (pictures < most && !ended()) {
    const [index, count] = document.querySelector("#status-index").textContent.split(" / ").map(Number);
    key = index >= count ? "ArrowUp" : index <= 1 ? "ArrowDown" : key;
    if (count < 2) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      continue;
    }
    const before = canvas.dataset.imageId;
    const asked = performance.now();
    canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    await when(() => canvas.dataset.imageId !== before);
    longest = Math.max(longest, performance.now() - asked);
    pictures += 1;
  }
  return { rate: 1000 * pictures / (performance.now() - begun), longest, pictures };
}

/** Through all images of each series in the list, one after the other. */
export async function scrollThroughAll() {
  const taken = [];
  for (const button of document.querySelectorAll("#studies button:has(canvas)")) {
    button.click();
    await when(() => button.getAttribute("aria-current") === "true");
    canvas.focus();
    canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true, cancelable: true }));
    const count = Number(document.querySelector("#status-index").textContent.split(" / ")[1]);
    await when(() => document.querySelector("#status-index").textContent.startsWith("1 / "));
    taken.push(await scroll(() => false, count - 1));
  }
  const pictures = taken.reduce((sum, one) => sum + one.pictures, 0);
  const seconds = taken.reduce((sum, { rate, pictures: some }) => sum + some / rate, 0);
  return { rate: pictures / seconds, longest: Math.max(...taken.map(({ longest }) => longest)), pictures };
}

/** What Python says, asked through the page's own panel. */
export async function python(source) {
  const output = document.querySelector("#python-output");
  const picker = document.querySelector("#python-file");
  const file = new DataTransfer();
  const name = `${Math.random()}.py`;
  file.items.add(new File([source], name));
  picker.files = file.files;
  picker.dispatchEvent(new Event("change"));
  await when(() => document.querySelector("#python-name").textContent === name);
  document.querySelector("#python-id").value = "";
  delete output.dataset.state;
  document.querySelector("#python-form").requestSubmit();
  await when(() => /done|failed/.test(output.dataset.state ?? ""));
  if (output.dataset.state === "failed") {
    throw new Error(output.textContent);
  }
  return output.textContent;
}
