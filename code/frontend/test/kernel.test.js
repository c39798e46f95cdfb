/** The kernel's engine: messages there and back, errors in words, a kernel that does not answer. */

import assert from "node:assert/strict";
import test from "node:test";

import { createKernelEngine } from "../src/engine/kernel.js";

/** A widget's model whose kernel answers with `reply(message)`, or not at all. */
function fakeModel(/** @type {(message: any) => any} */ reply) {
  /** @type {Set<(...args: any[]) => void>} */
  const listeners = new Set();
  return {
    /** @type {any[]} */
    sent: [],
    listeners,
    get: () => undefined,
    on: (/** @type {string} */ _event, /** @type {any} */ listener) => listeners.add(listener),
    off: (/** @type {string} */ _event, /** @type {any} */ listener) => listeners.delete(listener),
    send(/** @type {any} */ message) {
      this.sent.push(message);
      const answer = reply(message);
      if (answer)
        setTimeout(() =>
          listeners.forEach((listener) =>
            listener({ id: message.id, ...answer.content }, answer.buffers),
          ),
        );
    },
  };
}

test("a call is a message, and its answer the result", async () => {
  const model = fakeModel(() => ({ content: { result: { steps: [], done: true } } }));
  const engine = createKernelEngine(model);
  assert.deepEqual(await engine.step(5, { lr: 0.1 }), { steps: [], done: true });
  assert.equal(model.sent[0].method, "step");
  assert.deepEqual(model.sent[0].params, { n: 5, live: { lr: 0.1 } });
});

test("arrays come from the buffers, in their types", async () => {
  const content = {
    result: { metrics: {} },
    arrays: [
      { name: "grid", shape: [2], dtype: "float32" },
      { name: "pixels", shape: [3], dtype: "uint8" },
    ],
  };
  const buffers = [
    new DataView(Float32Array.of(0.5, 2).buffer),
    new DataView(Uint8Array.of(9, 1, 2, 3).buffer, 1),
  ];
  const { arrays } = await createKernelEngine(fakeModel(() => ({ content, buffers }))).evaluate([
    "region",
  ]);
  assert.deepEqual(arrays.grid.data, Float32Array.of(0.5, 2));
  assert.deepEqual(arrays.pixels.data, Uint8Array.of(1, 2, 3));
});

test("an error keeps its code and its words", async () => {
  const message = { zh: "一", en: "one" };
  const engine = createKernelEngine(
    fakeModel(() => ({ content: { error: { code: "python-error", message } } })),
  );
  await assert.rejects(engine.load(), (error) => {
    assert.equal(/** @type {any} */ (error).code, "python-error");
    assert.deepEqual(/** @type {any} */ (error).message, message);
    return true;
  });
});

test("a silent kernel is reported dead, and a late answer does no harm", async () => {
  const model = fakeModel(() => null);
  const engine = createKernelEngine(model, { patience: 0.02 });
  await assert.rejects(engine.load(), (error) => /** @type {any} */ (error).code === "dead-kernel");
  model.listeners.forEach((listener) => listener({ id: model.sent[0].id, result: {} }));
});

test("answers to other views are not ours", async () => {
  const model = fakeModel(() => null);
  const engine = createKernelEngine(model, { patience: 0.05 });
  const pending = engine.load();
  model.listeners.forEach((listener) => listener({ id: "another.1", result: {} }));
  await assert.rejects(pending, (error) => /** @type {any} */ (error).code === "dead-kernel");
});

test("after dispose nothing listens and nothing is left waiting", async () => {
  const model = fakeModel(() => null);
  const engine = createKernelEngine(model);
  const pending = engine.load();
  engine.dispose();
  await assert.rejects(pending);
  assert.equal(model.listeners.size, 0);
  assert.equal(model.sent.at(-1).method, "dispose");
});
