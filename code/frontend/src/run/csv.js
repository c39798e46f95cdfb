/** All runs of a lab as one tidy table: a row a step, every setting and every metric a column. */

import { setting } from "../base/format.js";
import { settingsAt } from "./record.js";

/** @typedef {import("./record.js").Run} Run */

/**
 * @param {Run[]} runs
 * @param {string[]} controls names of the settings
 * @returns {string} with a header line; empty cells where a metric was not measured
 */
export function toCsv(runs, controls) {
  const metrics = [...new Set(runs.flatMap((run) => [...run.metrics.keys()]))];
  const rows = [
    ["run", ...controls, "step", "epoch", ...metrics],
    ...runs.flatMap((run) => rowsOf(run, controls, metrics)),
  ];
  return `${rows.map((row) => row.map(cell).join(",")).join("\n")}\n`;
}

/**
 * @param {Run} run
 * @param {string[]} controls
 * @param {string[]} metrics
 * @returns {(string | number | undefined)[][]}
 */
function rowsOf(run, controls, metrics) {
  const byStep = metrics.map((name) => {
    const found = run.metrics.get(name) ?? { x: [], y: [] };
    return new Map(found.x.map((x, i) => [x, found.y[i]]));
  });
  const steps = [...new Set(byStep.flatMap((values) => [...values.keys()]))].sort((a, b) => a - b);
  return steps.map((step) => {
    const settings = settingsAt(run, step);
    const epoch = run.perEpoch ? Number((step / run.perEpoch).toFixed(4)) : "";
    return [
      run.id,
      ...controls.map((name) => setting(settings[name] ?? "")),
      step,
      epoch,
      ...byStep.map((values) => values.get(step)),
    ];
  });
}

/**
 * Named arrays as one tidy table: a row a number, with the settings it belongs to.
 *
 * @param {{ arrays: import("../types.js").Arrays, settings: import("../types.js").Settings }[]} sets
 * @param {string[]} controls names of the settings
 */
export function arraysToCsv(sets, controls) {
  const rows = sets.flatMap(({ arrays, settings }) => {
    const shared = controls.map((name) => setting(settings[name] ?? ""));
    return Object.entries(arrays).flatMap(([name, { shape, data }]) => {
      const columns = shape.at(-1) ?? 1;
      return Array.from(data, (value, i) => [
        ...shared,
        name,
        shape.length > 1 ? Math.floor(i / columns) : "",
        shape.length > 0 ? i % columns : "",
        value,
      ]);
    });
  });
  const all = [[...controls, "array", "row", "index", "value"], ...rows];
  return `${all.map((row) => row.map(cell).join(",")).join("\n")}\n`;
}

/** @param {string | number | undefined} value */
function cell(value) {
  const text = value === undefined ? "" : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Hands a text to the reader as a file.
 *
 * @param {string} name
 * @param {string} text
 */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
