/** Grids of numbers as colours on a canvas. */

/**
 * @typedef {object} Grid
 * @property {number} rows
 * @property {number} columns
 * @property {number} [offset] of the first number
 * @property {number} low value of the first colour
 * @property {number} high value of the last colour
 * @property {Uint8ClampedArray} table 256 colours
 * @property {boolean} [topDown] row 0 at the top
 */

/**
 * Paints a grid, row 0 at the bottom unless said otherwise; NaN stays clear.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values row by row
 * @param {Grid} grid
 */
export function paintGrid(canvas, values, grid) {
  const { rows, columns, offset = 0, low, high, table, topDown = false } = grid;
  const context = canvas.getContext("2d");
  if (!context) return;
  canvas.width = columns;
  canvas.height = rows;
  const image = context.createImageData(columns, rows);
  const scale = 255 / (high - low || 1);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const value = values[offset + (topDown ? row : rows - 1 - row) * columns + column];
      if (Number.isNaN(value)) continue;
      const place = 3 * Math.min(255, Math.max(0, Math.round((value - low) * scale)));
      const pixel = 4 * (row * columns + column);
      image.data[pixel] = table[place];
      image.data[pixel + 1] = table[place + 1];
      image.data[pixel + 2] = table[place + 2];
      image.data[pixel + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

/**
 * The line where a grid crosses a level, as an SVG path in units of cells (x to the right, y up).
 *
 * @param {ArrayLike<number>} values
 * @param {number} rows
 * @param {number} columns
 * @param {number} level
 * @param {(x: number, y: number) => [number, number]} place
 */
export function contour(values, rows, columns, level, place) {
  const parts = [];
  const at = (/** @type {number} */ r, /** @type {number} */ c) => values[r * columns + c] - level;
  for (let r = 0; r + 1 < rows; r += 1) {
    for (let c = 0; c + 1 < columns; c += 1) {
      const crossings = crossed(at(r, c), at(r, c + 1), at(r + 1, c + 1), at(r + 1, c)).map(
        ([x, y]) => place(c + x, r + y),
      );
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const [[x0, y0], [x1, y1]] = [crossings[i], crossings[i + 1]];
        parts.push(`M${x0.toFixed(1)},${y0.toFixed(1)}L${x1.toFixed(1)},${y1.toFixed(1)}`);
      }
    }
  }
  return parts.join("");
}

/**
 * Where the level crosses the four sides of one cell (marching squares).
 *
 * @param {number} a lower left
 * @param {number} b lower right
 * @param {number} c upper right
 * @param {number} d upper left
 * @returns {[number, number][]} none, two or four places in the unit square
 */
function crossed(a, b, c, d) {
  /** @type {[number, number][]} */
  const places = [];
  if (a < 0 !== b < 0) places.push([a / (a - b), 0]);
  if (b < 0 !== c < 0) places.push([1, b / (b - c)]);
  if (c < 0 !== d < 0) places.push([d / (d - c), 1]);
  if (d < 0 !== a < 0) places.push([0, a / (a - d)]);
  return places;
}
