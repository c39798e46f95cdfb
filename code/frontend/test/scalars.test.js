/** A table of numbers: each with its digits, and a dash for what has no value. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { numbersChart } from "../src/charts/scalars.js";
import { freshPage } from "./dom.js";

const plain = (/** @type {string} */ name) => ({ zh: name, en: name });
const scalar = (/** @type {number} */ value) => ({ data: Float32Array.of(value), dims: [] });

test("a number that is not computed yet reads as a dash", () => {
  freshPage();
  const numbers = ["z", "o", "L"].map((value) => ({ value, label: plain(value), digits: 2 }));
  const chart = numbersChart(
    /** @type {any} */ ({ type: "numbers", name: "forward", title: plain("Forward"), numbers }),
  );
  const now = { z: scalar(0.5), o: scalar(NaN), L: scalar(Infinity) };
  chart.update(/** @type {any} */ ({ now, pinned: null }));
  const cells = [...chart.el.querySelectorAll("tbody td:not(.mlp-pinned-cell)")];
  assert.deepEqual(
    cells.map((cell) => cell.textContent),
    ["0.5", "–", "∞"],
  );
});
