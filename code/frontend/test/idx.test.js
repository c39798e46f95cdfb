/** Which images of the file are read, and for what. */

import assert from "node:assert/strict";
import test from "node:test";

import { needed, places } from "../src/engine/idx.js";

test("every sixth image is for validation", () => {
  assert.deepEqual([...places(7, "train")], [0, 1, 2, 3, 4, 6, 7]);
  assert.deepEqual([...places(2, "validation")], [5, 11]);
});

test("no more of the file is needed than holds the images asked for", () => {
  for (const [train, validation] of [
    [10_000, 2_000],
    [50_000, 2_000],
    [1_000, 2_000],
    [7, 1],
    [1, 1],
  ]) {
    const n = needed(train, validation);
    const all = [...places(train, "train"), ...places(validation, "validation")];
    assert.equal(Math.max(...all), n - 1);
  }
});
