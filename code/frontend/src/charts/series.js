/** Named arrays as lines, dots, bars and steps, and the places of marks. */

/** @typedef {import("../types.js").Arrays} Arrays */
/** @typedef {import("../types.js").CurvesChart} CurvesChart */
/** @typedef {import("../types.js").CurveSeries} CurveSeries */
/** @typedef {import("../types.js").Mark} Mark */
/** @typedef {{ x: number[], y: number[] }} Points */
/** @typedef {{ series: CurveSeries, color: string, points: Points }} Line */

/**
 * The lines of a series: one, or one for each row of a matrix. Values that are no finite number
 * stay in y (a gap); points without a place are left out.
 *
 * @param {CurveSeries} series
 * @param {Arrays} arrays
 * @returns {Line[]} those with something to draw
 */
export function linesOf(series, arrays) {
  const [x, y] = [arrays[series.x], arrays[series.y]];
  if (!x || !y) return [];
  const length = y.shape.at(-1) ?? 1;
  const rows = y.shape.length > 1 ? y.shape[0] : 1;
  const lines = Array.from({ length: rows }, (_, row) => {
    const own = Array.from({ length }, (_, i) => i).filter((i) => Number.isFinite(x.data[i]));
    return {
      series,
      color: series.colors[row % series.colors.length],
      points: { x: own.map((i) => x.data[i]), y: own.map((i) => y.data[row * length + i]) },
    };
  });
  return lines.filter(({ points }) => points.y.some(Number.isFinite));
}

/**
 * Where a mark stands: pairs of x and y, `null` for a line along that axis.
 *
 * @param {Mark} mark
 * @param {Arrays} arrays
 * @returns {{ x: number | null, y: number | null }[]}
 */
export function placesOf(mark, arrays) {
  const [xs, ys] = [numbersOf(mark.x, arrays), numbersOf(mark.y, arrays)];
  const count = Math.max(xs?.length ?? 0, ys?.length ?? 0);
  const places = Array.from({ length: count }, (_, i) => ({
    x: xs ? xs[xs.length === 1 ? 0 : i] : null,
    y: ys ? ys[ys.length === 1 ? 0 : i] : null,
  }));
  return places.filter(({ x, y }) => [x, y].every((at) => at === null || Number.isFinite(at)));
}

/** @param {number | string | null} value @param {Arrays} arrays @returns {number[] | null} */
function numbersOf(value, arrays) {
  if (value === null) return null;
  return typeof value === "number" ? [value] : Array.from(arrays[value]?.data ?? []);
}

/**
 * The outline of a histogram: each value held from halfway to its left neighbour to halfway to its
 * right one.
 *
 * @param {Points} points
 * @returns {Points}
 */
export function steps({ x, y }) {
  const edge = (/** @type {number} */ i) => {
    if (x.length < 2) return x[0] + (i === 0 ? -0.5 : 0.5);
    if (i === 0) return x[0] - (x[1] - x[0]) / 2;
    if (i === x.length) return x[i - 1] + (x[i - 1] - x[i - 2]) / 2;
    return (x[i - 1] + x[i]) / 2;
  };
  return {
    x: x.flatMap((_, i) => [edge(i), edge(i + 1)]),
    y: y.flatMap((value) => [value, value]),
  };
}

/**
 * The least distance of two neighbours.
 *
 * @param {number[]} x
 */
export function spacing(x) {
  const gaps = x.slice(1).map((value, i) => Math.abs(value - x[i]));
  return Math.min(...gaps.filter((gap) => gap > 0), Infinity);
}

/**
 * The value of a line nearest to a place.
 *
 * @param {Points} points
 * @param {number} at
 */
export function nearestValue({ x, y }, at) {
  let best = 0;
  for (let i = 1; i < x.length; i += 1) {
    if (Math.abs(x[i] - at) < Math.abs(x[best] - at)) best = i;
  }
  return y[best];
}
