/** The page's random numbers are Python's: both are held to the same vectors. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { bits, normal, permutation, threefry2x32, uniform } from "../src/engine/rng.js";

const vectors = JSON.parse(
  readFileSync(new URL("../../../tests/vectors/rng.json", import.meta.url), "utf8"),
);

test("published answers of Threefry-2x32-20", () => {
  for (const { key, counter, words } of vectors.published) {
    const out = new Uint32Array(2);
    const [k0, k1, c0, c1] = [...key, ...counter].map((word) => Number.parseInt(word, 16));
    threefry2x32(k0, k1, c0, c1, out, 0);
    assert.deepEqual(
      [...out].map((word) => word.toString(16).padStart(8, "0")),
      words,
    );
  }
});

test("the same numbers as Python", () => {
  for (const {
    n,
    bits: words,
    uniform: even,
    normal: gauss,
    permutation: order,
    ...place
  } of vectors.draws) {
    assert.deepEqual([...bits(n, place)], words);
    assert.deepEqual([...uniform(n, place)], even);
    normal(n, place).forEach((value, i) => assert.ok(Math.abs(value - gauss[i]) < 1e-6));
    assert.deepEqual([...permutation(n, place)], order);
  }
});

test("the same long permutation and sum as Python", () => {
  const { n, permutation: checksum, normal_sum, ...place } = vectors.checksum;
  assert.equal(
    permutation(n, place).reduce((sum, value, i) => sum + value * i, 0),
    checksum,
  );
  const sum = normal(n + 1, place).reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(sum - normal_sum) < 1e-4);
});
