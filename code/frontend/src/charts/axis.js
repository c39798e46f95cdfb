/** Axes of an SVG chart: a grid line and a number at each tick. */

import { scaleLinear, scaleLog } from "d3-scale";
import { svg } from "../base/dom.js";
import { extentOf } from "./curve.js";

/** @typedef {import("d3-scale").ScaleContinuousNumeric<number, number>} Scale */

/**
 * A scale that covers the values and ends on round numbers.
 *
 * @param {"log" | "linear"} kind
 * @param {[number, number]} domain
 * @param {[number, number]} range in pixels
 * @returns {Scale}
 */
export function makeScale(kind, domain, range) {
  if (kind === "log") return scaleLog().domain(widen(domain)).range(range).clamp(false);
  const [low, high] = domain[0] === domain[1] ? [domain[0] - 0.5, domain[1] + 0.5] : domain;
  return scaleLinear().domain([low, high]).nice(4).range(range);
}

/**
 * A scale over values, with the ends that an axis fixes.
 *
 * @param {import("../types.js").AxisSpec} axis
 * @param {(number | null)[]} values
 * @param {[number, number]} range in pixels
 * @param {{ round: boolean }} options whether ends that are not fixed go to round numbers
 * @returns {Scale}
 */
export function fittedScale(axis, values, range, { round }) {
  const log = axis.scale === "log";
  const ends = [axis.min, axis.max].filter((end) => end !== null);
  const all = [...values, ...ends].filter((value) => value !== null);
  const found = extentOf(all, log) ?? (log ? [0.1, 1] : [0, 1]);
  const domain = /** @type {[number, number]} */ ([axis.min ?? found[0], axis.max ?? found[1]]);
  if (!round && domain[0] < domain[1] && !log) return scaleLinear().domain(domain).range(range);
  const scale = makeScale(axis.scale, domain, range);
  const [low, high] = scale.domain();
  return scale.domain([axis.min ?? low, axis.max ?? high]);
}

/**
 * A log domain with a little air, at least a factor of two.
 *
 * @param {[number, number]} domain
 */
function widen([low, high]) {
  const air = 1.08;
  if (high / low >= 2) return [low / air, high * air];
  const middle = Math.sqrt(low * high);
  return [middle / Math.SQRT2, middle * Math.SQRT2];
}

/**
 * Round ticks: on a log scale 1-2-5 a decade when that gives enough, powers of ten when it gives
 * too many.
 *
 * @param {Scale} scale
 * @param {"log" | "linear"} kind
 * @param {number} count about how many
 * @returns {number[]}
 */
export function ticksOf(scale, kind, count) {
  const [low, high] = scale.domain();
  if (kind === "linear") return scale.ticks(count);
  for (const digits of [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]]) {
    const ticks = decades(low, high).flatMap((power) =>
      digits.map((digit) => Number(`${digit}e${power}`)),
    );
    const inside = ticks.filter((tick) => tick >= low && tick <= high);
    if (inside.length >= Math.min(3, count)) return thin(inside, count + 2);
  }
  return scaleLinear().domain([low, high]).ticks(count);
}

/** @param {number} low @param {number} high */
function decades(low, high) {
  const first = Math.floor(Math.log10(low));
  return Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i);
}

/** @param {number[]} ticks @param {number} most */
function thin(ticks, most) {
  const every = Math.ceil(ticks.length / most);
  return ticks.filter((_, i) => i % every === 0);
}

/**
 * A tick's number, short: 20k, 0.05, 1e−6.
 *
 * @param {number} value
 * @param {boolean} [percent]
 */
export function tickText(value, percent = false) {
  if (percent) return `${Number((100 * value).toPrecision(4))}%`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4)
    return value.toExponential(0).replace("e+", "e").replace("-", "−");
  if (size >= 10000) return `${Number((value / 1000).toPrecision(3))}k`;
  return String(Number(value.toPrecision(4))).replace("-", "−");
}

/**
 * @param {Scale} scale
 * @param {number[]} ticks
 * @param {{ left: number, right: number, percent?: boolean }} box
 */
export function yAxis(scale, ticks, { left, right, percent }) {
  return svg(
    "g",
    { class: "mlp-axis" },
    ticks.map((tick) => {
      const y = Math.round(scale(tick)) + 0.5;
      return svg(
        "g",
        {},
        svg("line", { class: "mlp-grid", x1: left, x2: right, y1: y, y2: y }),
        svg(
          "text",
          { x: left - 6, y, dy: "0.32em", "text-anchor": "end" },
          tickText(tick, percent),
        ),
      );
    }),
  );
}

/**
 * @param {Scale} scale
 * @param {number[]} ticks
 * @param {{ top: number, bottom: number, right: number }} box
 */
export function xAxis(scale, ticks, { top, bottom, right }) {
  return svg(
    "g",
    { class: "mlp-axis" },
    ticks.map((tick) => {
      const x = Math.round(scale(tick)) + 0.5;
      return svg(
        "g",
        {},
        svg("line", { class: "mlp-grid mlp-grid-x", x1: x, x2: x, y1: top, y2: bottom }),
        svg(
          "text",
          {
            x: Math.min(x, right - 2),
            y: bottom + 15,
            "text-anchor": x > right - 14 ? "end" : "middle",
          },
          tickText(tick),
        ),
      );
    }),
  );
}
