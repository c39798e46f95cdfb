/**
 * The engine of a table lab: no graph, only values that PyTorch computed when the book was built.
 * `mlpbook/labs/table.py` writes the file.
 */

import { badFile, badSetting } from "./error.js";
import { nameOf, readGzip } from "./files.js";

/** @typedef {import("../types.js").Settings} Settings */
/** @typedef {{ name: string, shape: number[] }} Head */
/** @typedef {{ file: string, grid: { control: string, values: import("../types.js").Value[] }[] }} TableProgram */
/** @typedef {import("../types.js").Spec & { program: TableProgram }} TableSpec */

/**
 * @param {{ base: string, spec: TableSpec }} lab
 * @returns {import("../types.js").ArrayEngine}
 */
export function createTableEngine({ base, spec }) {
  const url = `${base}labs/${spec.name}/${spec.program.file}?v=${spec.version}`;
  /** @type {ReturnType<typeof readTable> | null} */
  let table = null;

  return {
    async load() {
      const content = await readGzip(url);
      try {
        table = readTable(content, spec.program.grid);
      } catch (cause) {
        throw badFile(nameOf(url), cause);
      }
    },
    async compute(settings) {
      if (!table) throw new Error("compute: the table is not loaded");
      return { arrays: table(placeOf(spec.program.grid, settings)) };
    },
    dispose() {
      table = null;
    },
  };
}

/**
 * Reads a table: the length of the header, the header, the arrays that never change, and those of
 * each point.
 *
 * @param {Uint8Array} content
 * @param {TableProgram["grid"]} grid
 */
function readTable(content, grid) {
  const start = 4 + new DataView(content.buffer, content.byteOffset).getUint32(0, true);
  /** @type {{ fixed: Head[], moving: Head[] }} */
  const head = JSON.parse(new TextDecoder().decode(content.subarray(4, start)));
  const numbers = new Float32Array(content.slice(start).buffer);
  const points = grid.reduce((product, { values }) => product * values.length, 1);
  const [once, each] = [head.fixed, head.moving].map((heads) => heads.reduce((sum, one) => sum + sizeOf(one), 0));
  if (numbers.length !== once + points * each) {
    throw new Error(`${numbers.length} numbers, ${once + points * each} expected`);
  }
  return (/** @type {number} */ point) => ({
    ...cut(numbers, 0, head.fixed),
    ...cut(numbers, once + point * each, head.moving),
  });
}

/** @param {Head} head */
function sizeOf({ shape }) {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * @param {Float32Array} numbers
 * @param {number} from
 * @param {Head[]} heads
 * @returns {import("../types.js").Arrays}
 */
function cut(numbers, from, heads) {
  let at = from;
  return Object.fromEntries(
    heads.map((head) => {
      const data = numbers.subarray(at, (at += sizeOf(head)));
      return [head.name, { shape: head.shape, dtype: "float32", data }];
    }),
  );
}

/**
 * The number of the point of the grid that has these settings; the last control runs fastest.
 *
 * @param {TableProgram["grid"]} grid
 * @param {Settings} settings
 */
function placeOf(grid, settings) {
  return grid.reduce((place, { control, values }) => {
    const found = values.indexOf(settings[control]);
    if (found < 0) throw badSetting(`${control}: got ${settings[control]}, expected one of ${values.join(", ")}`);
    return place * values.length + found;
  }, 0);
}
