/**
 * What stands over a picture of the volume: the lines at which the other pictures go through it, the patient's
 * directions, a scale. It is drawn beside the pixels, never into them.
 *
 * @module
 */

import { make } from "./elements.js";
import { along, crossing, normalOf, toCanvas, toImage } from "./mpr_geometry.js";

/** @import { Plane, Vector } from "./mpr_geometry.js" */
/** @import { EdgeLetters, Point, ResolvedView } from "./types.d.ts" */

/** Another picture: what it is called, where it lies, and how thick it is, in mm. */
/** @typedef {{ name: string, plane: Plane, slab: number }} Reference */
/** @typedef {{ from: Point, to: Point, normal: Vector }} DrawnLine in CSS pixels; normal of the plane that it stands for */
/**
 * @typedef {object} Drawing
 * @property {ResolvedView} view
 * @property {number} ratio device pixels per CSS pixel
 * @property {Plane} plane
 * @property {Reference[]} references
 * @property {Vector} centre of the cross-hair
 * @property {EdgeLetters | null} letters of the picture as it is stored
 */

/** CSS pixels around the cross-hair's centre that lines leave free, so that what is looked at is seen. */
const GAP = 11;
const LONGEST_SCALE = 110;
const MARGIN = 12;

export class Overlay {
  #svg = svg("svg", { class: "lines", "aria-hidden": "true" });
  #letters = { left: letter("left"), right: letter("right"), top: letter("top"), bottom: letter("bottom") };
  /** @type {DrawnLine[]} */
  #lines = [];
  /** @type {Point | null} */
  #centre = null;

  /** @param {HTMLElement} stage that the picture fills */
  constructor(stage) {
    this.element = make("div", { class: "over-picture" }, this.#svg, ...Object.values(this.#letters));
    stage.append(this.element);
  }

  /** @param {Drawing} drawing */
  draw({ view, ratio, plane, references, centre, letters }) {
    /** @param {Point} position */
    const place = (position) => {
      const { x, y } = toCanvas(view, plane, position);
      return { x: x / ratio, y: y / ratio };
    };
    const middle = place(toImage(plane, centre));
    this.#centre = middle;
    this.#lines = [];
    /** @type {SVGElement[]} */
    const drawn = [];
    for (const reference of references) {
      const normal = normalOf(reference.plane);
      const line = crossing(plane, reference.plane);
      if (line) {
        const [from, to] = [place(line[0]), place(line[1])];
        this.#lines.push({ from, to, normal });
        drawn.push(path(reference.name, pieces(from, to, middle)));
      }
      for (const side of reference.slab ? [-0.5, 0.5] : []) {
        const border = { ...reference.plane, origin: along(reference.plane.origin, normal, side * reference.slab) };
        const ends = crossing(plane, border);
        if (ends) {
          drawn.push(path(`${reference.name} border`, [[place(ends[0]), place(ends[1])]]));
        }
      }
    }
    const size = { x: view.width / ratio, y: view.height / ratio };
    this.#svg.replaceChildren(...drawn, ...scaleBar(size, view.scale / plane.columnSpacing / ratio));
    this.#write(letters && seen(letters, view));
  }

  /**
   * What of the cross-hair lies under a point.
   * @param {Point} point CSS pixels
   * @param {{ centre: number, line: number }} reach how far from it still counts
   * @returns {"centre" | DrawnLine | null}
   */
  hit(point, reach) {
    if (this.#centre && Math.hypot(point.x - this.#centre.x, point.y - this.#centre.y) <= reach.centre) {
      return "centre";
    }
    const near = this.#lines.map((line) => ({ line, away: distance(point, line) })).sort((one, other) => one.away - other.away)[0];
    return near && near.away <= reach.line ? near.line : null;
  }

  /** @param {EdgeLetters | null} letters as they are seen */
  #write(letters) {
    for (const edge of EDGES) {
      this.#letters[edge].textContent = letters?.[edge] ?? "";
    }
  }
}

/** Clockwise. */
const EDGES = /** @type {const} */ (["left", "top", "right", "bottom"]);

/**
 * The letters of a picture that the view flips and turns.
 * @param {EdgeLetters} letters
 * @param {ResolvedView} view
 * @returns {EdgeLetters}
 */
export function seen({ left, top, right, bottom }, { hflip, vflip, rotation }) {
  const flipped = [hflip ? right : left, vflip ? bottom : top, hflip ? left : right, vflip ? top : bottom];
  const [l = "", t = "", r = "", b = ""] = EDGES.map((_, index) => flipped[(index + 4 - rotation / 90) % 4]);
  return { left: l, top: t, right: r, bottom: b };
}

/** @param {string} edge */
function letter(edge) {
  return make("span", { class: `letter ${edge}` });
}

/**
 * A line without what lies around the cross-hair's centre.
 * @param {Point} from
 * @param {Point} to
 * @param {Point} centre
 * @returns {[Point, Point][]}
 */
function pieces(from, to, centre) {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (!length || distance(centre, { from, to }) > GAP / 2) {
    return [[from, to]];
  }
  const along = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  const at = (centre.x - from.x) * along.x + (centre.y - from.y) * along.y;
  /** @param {number} where */
  const point = (where) => ({ x: from.x + where * along.x, y: from.y + where * along.y });
  /** @type {[Point, Point][]} */
  const both = [[from, point(at - GAP)], [point(at + GAP), to]];
  return both.filter((_, side) => (side ? at + GAP < length : at - GAP > 0));
}

/**
 * @param {Point} point
 * @param {{ from: Point, to: Point }} line
 */
function distance(point, { from, to }) {
  const x = to.x - from.x;
  const y = to.y - from.y;
  const squared = x * x + y * y || 1;
  const share = Math.min(Math.max(((point.x - from.x) * x + (point.y - from.y) * y) / squared, 0), 1);
  return Math.hypot(point.x - from.x - share * x, point.y - from.y - share * y);
}

/**
 * @param {Point} size of the canvas in CSS pixels
 * @param {number} perMillimetre CSS pixels
 */
function scaleBar(size, perMillimetre) {
  const longest = Math.min(LONGEST_SCALE, size.x / 3) / perMillimetre;
  const power = 10 ** Math.floor(Math.log10(longest));
  const length = [5, 2, 1].map((digit) => digit * power).find((candidate) => candidate <= longest) ?? power;
  const right = size.x - MARGIN;
  const left = right - length * perMillimetre;
  const y = size.y - MARGIN;
  const text = svg("text", { class: "scale", x: String((left + right) / 2), y: String(y - 8) });
  text.textContent = length >= 10 ? `${length / 10} cm` : length >= 1 ? `${length} mm` : `${Number((length * 1000).toPrecision(1))} µm`;
  return [svg("path", { class: "scale", d: `M${left} ${y - 4}V${y}H${right}V${y - 4}` }), text];
}

/**
 * @param {string} classes
 * @param {[Point, Point][]} lines
 */
function path(classes, lines) {
  const d = lines.map(([from, to]) => `M${round(from.x)} ${round(from.y)}L${round(to.x)} ${round(to.y)}`).join("");
  return svg("path", { class: classes, d });
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 */
function svg(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  return made;
}
