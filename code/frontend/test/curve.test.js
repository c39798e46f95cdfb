import assert from "node:assert/strict";
import { test } from "node:test";
import { makeScale, ticksOf, tickText } from "../src/charts/axis.js";
import { extentOf, path, smooth } from "../src/charts/curve.js";
import { contour } from "../src/charts/heat.js";

const same = (/** @type {number} */ x) => x;

test("few points are joined as they are", () => {
  assert.equal(path({ x: [0, 10, 20], y: [1, 2, 3] }, same, same), "M0.0,1.0L10.0,2.0L20.0,3.0");
});

test("points of one pixel column become its lowest and highest, in the order they came", () => {
  const points = { x: [1, 1.1, 1.2, 1.3, 5], y: [4, 9, 2, 5, 6] };
  assert.equal(path(points, same, same), "M1.0,9.0L1.0,2.0L5.0,6.0");
  assert.equal(path({ x: [1, 1.1, 1.2], y: [4, 2, 9] }, same, same), "M1.0,2.0L1.0,9.0");
});

test("a value that can't be drawn leaves a gap", () => {
  assert.equal(
    path({ x: [0, 1, 2, 3], y: [1, NaN, 2, 3] }, same, same),
    "M0.0,1.0M2.0,2.0L3.0,3.0",
  );
  assert.equal(path({ x: [0, 1], y: [-1, 0] }, same, Math.log), "");
});

test("30,000 steps need no more than two points a pixel", () => {
  const x = Array.from({ length: 30000 }, (_, i) => i);
  const drawn = path({ x, y: x.map((i) => Math.sin(i)) }, (i) => i / 75, same);
  assert.ok(drawn.split(/[ML]/).length - 1 <= 2 * 402);
});

test("smoothing starts at the first value and keeps a constant", () => {
  assert.deepEqual(smooth({ x: [1, 2, 3], y: [5, 5, 5] }, 10).y, [5, 5, 5]);
  const { y } = smooth({ x: [1, 2], y: [1, 0] }, 2);
  assert.equal(y[0], 1);
  assert.ok(Math.abs(y[1] - 1 / 3) < 1e-12);
});

test("smoothing steps over what is not a number", () => {
  assert.deepEqual(smooth({ x: [1, 2, 3], y: [2, NaN, 2] }, 4).y, [2, NaN, 2]);
});

test("the extent leaves out what an axis can't show", () => {
  assert.deepEqual(extentOf([3, NaN, 1, Infinity], false), [1, 3]);
  assert.deepEqual(extentOf([-1, 0, 2], true), [2, 2]);
  assert.equal(extentOf([NaN], false), null);
});

test("log ticks are round and at least three", () => {
  for (const domain of /** @type {[number, number][]} */ ([
    [0.3, 2.5],
    [1e-6, 1],
    [0.4, 0.5],
    [2, 2000],
  ])) {
    const scale = makeScale("log", domain, [0, 100]);
    const ticks = ticksOf(scale, "log", 5);
    assert.ok(ticks.length >= 3 && ticks.length <= 9, `${domain}: ${ticks}`);
    const [low, high] = scale.domain();
    assert.ok(ticks.every((tick) => tick >= low && tick <= high));
  }
});

test("ticks are written short", () => {
  assert.equal(tickText(20000), "20k");
  assert.equal(tickText(0.05), "0.05");
  assert.equal(tickText(1e-6), "1e−6");
  assert.equal(tickText(-3), "−3");
  assert.equal(tickText(0.2, true), "20%");
});

test("the contour of a ramp is a straight line at the level", () => {
  const values = Array.from({ length: 9 }, (_, i) => i % 3);
  const drawn = contour(values, 3, 3, 0.5, (x, y) => [x, y]);
  assert.equal(drawn, "M0.5,0.0L0.5,1.0M0.5,1.0L0.5,2.0");
  assert.equal(
    contour([1, 1, 1, 1], 2, 2, 0.5, (x, y) => [x, y]),
    "",
  );
});
