/** A matrix: its limits beside the ramp, and nothing left standing when there is nothing to draw. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { matrixChart } from "../src/charts/matrix.js";
import { createScope } from "../src/base/scope.js";
import { freshPage } from "./dom.js";

const plain = (/** @type {string} */ name) => ({ zh: name, en: name });

test("a matrix of NaN alone clears what stood there before", () => {
  freshPage();
  const chart = matrixChart(
    /** @type {any} */ ({
      name: "weights",
      title: plain("Weights"),
      label: plain("gradient"),
      x: plain("to"),
      y: plain("from"),
      value: "W",
      scale: "diverging",
    }),
    createScope(document.createElement("div")),
  );
  document.body.append(chart.el);
  const canvas = /** @type {HTMLCanvasElement} */ (chart.el.querySelector("canvas"));
  let cleared = 0;
  const context = { clearRect: () => (cleared += 1), putImageData() {}, createImageData };
  canvas.getContext = /** @type {any} */ (() => context);
  const limits = () => {
    const [, low, , high] = /** @type {Element} */ (chart.el.querySelector(".mlp-legend-item")).children;
    return [low.textContent, high.textContent];
  };
  chart.update(/** @type {any} */ ({ now: { W: matrix(0.5) }, pinned: null }));
  assert.deepEqual([limits(), cleared], [["−0.5", "0.5"], 0]);
  chart.update(/** @type {any} */ ({ now: { W: matrix(NaN) }, pinned: null }));
  assert.deepEqual([limits(), cleared], [["", ""], 1]);
});

/** @param {number} value */
function matrix(value) {
  return { data: Float32Array.of(value), shape: [1, 1] };
}

/** @param {number} width @param {number} height */
function createImageData(width, height) {
  return { data: new Uint8ClampedArray(4 * width * height) };
}
