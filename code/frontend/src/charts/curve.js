/** Points to SVG paths: thinned to the pixels there are, and smoothed when asked. */

/** @typedef {import("../run/record.js").Points} Points */
/** @typedef {(value: number) => number} Place */

/**
 * A path through the points. Where several fall on one column of pixels, only the lowest and the
 * highest are drawn: no peak is lost, and 30,000 steps cost as much as 500. A value that can't be
 * drawn leaves a gap.
 *
 * @param {Points} points
 * @param {Place} xPlace
 * @param {Place} yPlace
 * @returns {string} the `d` of a path
 */
export function path({ x, y }, xPlace, yPlace) {
  const parts = [];
  let pen = false;
  for (let i = 0; i < x.length;) {
    const column = Math.round(xPlace(x[i]));
    let end = i;
    let low = -1;
    let high = -1;
    for (; end < x.length && Math.round(xPlace(x[end])) === column; end += 1) {
      const value = yPlace(y[end]);
      if (!Number.isFinite(value)) continue;
      if (low < 0 || value < yPlace(y[low])) low = end;
      if (high < 0 || value > yPlace(y[high])) high = end;
    }
    if (low < 0) {
      pen = false;
    } else {
      const at = (end - i === 1 ? xPlace(x[i]) : column).toFixed(1);
      const first = Math.min(low, high);
      const second = Math.max(low, high);
      parts.push(`${pen ? "L" : "M"}${at},${yPlace(y[first]).toFixed(1)}`);
      if (second > first) parts.push(`L${at},${yPlace(y[second]).toFixed(1)}`);
      pen = true;
    }
    i = end;
  }
  return parts.join("");
}

/**
 * The running mean with exponentially fading weights, unbiased from the first value on.
 *
 * @param {Points} points
 * @param {number} window about how many steps it looks back
 * @returns {Points}
 */
export function smooth({ x, y }, window) {
  const keep = 1 - 1 / Math.max(window, 1);
  let sum = 0;
  let weight = 0;
  const means = y.map((value) => {
    if (!Number.isFinite(value)) return value;
    sum = keep * sum + value;
    weight = keep * weight + 1;
    return sum / weight;
  });
  return { x, y: means };
}

/**
 * Lowest and highest of the values that an axis can show.
 *
 * @param {Iterable<number>} values
 * @param {boolean} log
 * @returns {[number, number] | null}
 */
export function extentOf(values, log) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}
