/**
 * Planes in patient space (LPS, in mm), and how a picture of one lies on its canvas.
 *
 * Positions in an image are measured from its upper left corner, as views do: the first pixel covers 0 to 1.
 *
 * @module
 */

/** @import { Point, ResolvedView, Volume, VolumePlanes } from "./types.d.ts" */

/** @typedef {[number, number, number]} Vector */
/**
 * A picture in patient space: `origin` is the centre of its first pixel, `row` and `column` are the unit vectors along
 * a row and down a column, spacings are in mm.
 * @typedef {object} Plane
 * @property {Vector} origin
 * @property {Vector} row
 * @property {Vector} column
 * @property {number} columnSpacing
 * @property {number} rowSpacing
 * @property {number} columns
 * @property {number} rows
 */

/** Planes whose normals differ by less than this, in radians, are told as parallel. */
const PARALLEL = 1e-4;

/**
 * @param {Vector} one
 * @param {Vector} other
 */
export function dot(one, other) {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

/**
 * `from` moved by `length` along `direction`.
 * @param {Vector} from
 * @param {Vector} direction
 * @param {number} length
 * @returns {Vector}
 */
export function along(from, direction, length) {
  return [from[0] + direction[0] * length, from[1] + direction[1] * length, from[2] + direction[2] * length];
}

/** @param {Plane} plane */
export function normalOf({ row, column }) {
  return cross(row, column);
}

/**
 * How far a point lies above a plane, along its normal.
 * @param {Plane} plane
 * @param {Vector} point
 */
export function heightAbove(plane, point) {
  return dot(normalOf(plane), along(point, plane.origin, -1));
}

/**
 * The point at a position of the picture.
 * @param {Plane} plane
 * @param {Point} position
 */
export function toPatient(plane, { x, y }) {
  const inRow = along(plane.origin, plane.row, (x - 0.5) * plane.columnSpacing);
  return along(inRow, plane.column, (y - 0.5) * plane.rowSpacing);
}

/**
 * The position of the picture under a point, or straight below or above it.
 * @param {Plane} plane
 * @param {Vector} point
 * @returns {Point}
 */
export function toImage(plane, point) {
  const seen = along(point, plane.origin, -1);
  return { x: dot(seen, plane.row) / plane.columnSpacing + 0.5, y: dot(seen, plane.column) / plane.rowSpacing + 0.5 };
}

/**
 * Where another picture goes through this one, as far as the other reaches: two positions of this one.
 * @param {Plane} plane
 * @param {Plane} other
 * @returns {[Point, Point] | null} null where they do not meet
 */
export function crossing(plane, other) {
  const turned = cross(normalOf(plane), normalOf(other));
  if (dot(turned, turned) < PARALLEL ** 2) {
    return null;
  }
  const { columns, rows } = other;
  const corners = [[0, 0], [columns, 0], [columns, rows], [0, rows]].map(([x = 0, y = 0]) => toPatient(other, { x, y }));
  const ends = corners.flatMap((corner, index) => {
    const next = /** @type {Vector} */ (corners[(index + 1) % 4]);
    const [here, there] = [heightAbove(plane, corner), heightAbove(plane, next)];
    // one of both ends counts as below, so that a line through a corner ends there once
    if ((here < 0) === (there < 0)) {
      return [];
    }
    const share = here / (here - there);
    return [toImage(plane, along(corner, along(next, corner, -1), share))];
  });
  const [first, second] = ends;
  return first && second ? [first, second] : null;
}

/**
 * The place on the canvas of a position of the picture, in device pixels.
 * @param {ResolvedView} view
 * @param {Plane} plane
 * @param {Point} position
 * @returns {Point}
 */
export function toCanvas(view, plane, { x, y }) {
  const right = (x - plane.columns / 2) * view.scale * (view.hflip ? -1 : 1);
  const down = (y - plane.rows / 2) * view.scale * aspect(plane) * (view.vflip ? -1 : 1);
  const turned = { 0: [right, down], 90: [-down, right], 180: [-right, -down], 270: [down, -right] }[view.rotation];
  return { x: view.width / 2 + view.pan.x + (turned[0] ?? 0), y: view.height / 2 + view.pan.y + (turned[1] ?? 0) };
}

/**
 * The position of the picture at a place on the canvas; the inverse of {@link toCanvas}.
 * @param {ResolvedView} view
 * @param {Plane} plane
 * @param {Point} point
 * @returns {Point}
 */
export function fromCanvas(view, plane, point) {
  const x = point.x - view.width / 2 - view.pan.x;
  const y = point.y - view.height / 2 - view.pan.y;
  const [right = 0, down = 0] = { 0: [x, y], 90: [y, -x], 180: [-x, -y], 270: [-y, x] }[view.rotation];
  return {
    x: plane.columns / 2 + right * (view.hflip ? -1 : 1) / view.scale,
    y: plane.rows / 2 + down * (view.vflip ? -1 : 1) / (view.scale * aspect(plane)),
  };
}

/**
 * Plane `index` of the axial, coronal or sagittal ones.
 * @param {VolumePlanes} planes
 * @param {number} index
 * @returns {Plane}
 */
export function planeAt(planes, index) {
  return {
    origin: along(planes.imagePositionPatient, planes.direction, index * planes.spacing),
    row: planes.rowCosines,
    column: planes.columnCosines,
    columnSpacing: planes.columnPixelSpacing,
    rowSpacing: planes.rowPixelSpacing,
    columns: planes.columns,
    rows: planes.rows,
  };
}

/**
 * The index of the plane that is nearest to a point.
 * @param {VolumePlanes} planes
 * @param {Vector} point
 */
export function nearestPlane({ count, spacing, direction, imagePositionPatient }, point) {
  const index = Math.round(dot(along(point, imagePositionPatient, -1), direction) / spacing);
  return Math.min(Math.max(index, 0), count - 1);
}

/**
 * The point of a stack of planes that is nearest to `point`.
 * @param {VolumePlanes} planes
 * @param {Vector} point
 */
export function within({ count, spacing, direction, imagePositionPatient }, point) {
  const height = dot(along(point, imagePositionPatient, -1), direction);
  return along(point, direction, Math.min(Math.max(height, 0), (count - 1) * spacing) - height);
}

/**
 * A slice of the volume itself.
 * @param {Volume} volume
 * @param {number} place among the slices; between two of them it need not be whole
 * @returns {Plane}
 */
export function sliceAt({ affine, spacing, shape }, place) {
  const origin = along(affineColumn(affine, 3), affineColumn(affine, 2), place);
  const [columnSpacing, rowSpacing] = spacing;
  const row = along([0, 0, 0], affineColumn(affine, 0), 1 / columnSpacing);
  const column = along([0, 0, 0], affineColumn(affine, 1), 1 / rowSpacing);
  return { origin, row, column, columnSpacing, rowSpacing, columns: shape[2], rows: shape[1] };
}

/**
 * The voxel in the middle of the volume.
 * @param {Volume} volume
 */
export function centreOf(volume) {
  const [slice = 0, row = 0, column = 0] = volume.shape.map((count) => Math.floor(count / 2));
  return toPatient(sliceAt(volume, slice), { x: column + 0.5, y: row + 0.5 });
}

/**
 * @param {number[][]} affine
 * @param {number} index
 */
function affineColumn(affine, index) {
  return /** @type {Vector} */ ([0, 1, 2].map((row) => affine[row]?.[index] ?? 0));
}

/** @param {Plane} plane */
function aspect({ rowSpacing, columnSpacing }) {
  return rowSpacing / columnSpacing;
}

/**
 * @param {Vector} one
 * @param {Vector} other
 * @returns {Vector}
 */
function cross(one, other) {
  return [
    one[1] * other[2] - one[2] * other[1],
    one[2] * other[0] - one[0] * other[2],
    one[0] * other[1] - one[1] * other[0],
  ];
}
