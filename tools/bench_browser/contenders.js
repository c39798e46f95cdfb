/**
 * Two ways to train 784-256-10 in a page: the book's engine and TensorFlow.js. Each gives `start()` and
 * `steps(n)`, which takes n steps and says how many milliseconds one took and what the loss was at the end.
 */

/* global tf */

const WIDTHS = [784, 256, 10];
const BATCH = 256;

/** The book's engine as a reader gets it: worker, messages, batches gathered from bytes, metrics of each step. */
export async function bookEngine(images) {
  const { createPageEngine } = await import("/engine/page.js");
  const base = new URL("static/", location.href).href;
  const spec = await (await fetch(`${base}labs/fashion_mlp/spec.json`)).json();
  const engine = createPageEngine({ base, spec });
  await engine.load();
  const settings = { num_hiddens: WIDTHS[1], batch_size: BATCH, num_images: images, num_epochs: 50, lr: 0.1 };
  const { steps_per_epoch } = await engine.init(settings);
  return {
    steps_per_epoch,
    dispose: () => engine.dispose(),
    async steps(n) {
      const begun = performance.now();
      const { steps } = await engine.step(n, {});
      return { ms: (performance.now() - begun) / n, loss: steps.at(-1).metrics.loss };
    },
  };
}

/**
 * TensorFlow.js with its batches ready in its own memory, and no metrics but the loss at the end.
 *
 * @param {string} backend "wasm", "cpu" or "webgl"
 */
export async function tensorFlow(backend) {
  if (backend === "wasm") tf.wasm.setWasmPaths("/tfjs/backend-wasm/");
  if (!(await tf.setBackend(backend))) throw new Error(`no backend ${backend}`);
  await tf.ready();
  const { images, labels } = await examples(8 * BATCH);
  const batches = Array.from({ length: 8 }, (_, i) => ({
    X: tf.tensor2d(images.subarray(i * BATCH * 784, (i + 1) * BATCH * 784), [BATCH, 784]),
    y: tf.oneHot(tf.tensor1d(labels.subarray(i * BATCH, (i + 1) * BATCH), "int32"), 10).toFloat(),
  }));
  const parameters = {
    W1: tf.variable(tf.randomNormal([WIDTHS[0], WIDTHS[1]], 0, 0.01, "float32", 1)),
    b1: tf.variable(tf.zeros([WIDTHS[1]])),
    W2: tf.variable(tf.randomNormal([WIDTHS[1], WIDTHS[2]], 0, 0.01, "float32", 2)),
    b2: tf.variable(tf.zeros([WIDTHS[2]])),
  };
  const optimizer = tf.train.sgd(0.1);
  const objective = ({ X, y }) => {
    const { W1, b1, W2, b2 } = parameters;
    const logits = X.matMul(W1).add(b1).relu().matMul(W2).add(b2);
    return tf.losses.softmaxCrossEntropy(y, logits);
  };
  let taken = 0;
  return {
    dispose: () => tf.disposeVariables(),
    async steps(n) {
      await tf.setBackend(backend);
      const begun = performance.now();
      for (let i = 0; i < n; i++) {
        const batch = batches[taken++ % batches.length];
        tf.tidy(() => void optimizer.minimize(() => objective(batch)));
      }
      await parameters.b2.data(); // wait for the last step
      const ms = (performance.now() - begun) / n;
      const loss = tf.tidy(() => objective(batches[(taken - 1) % batches.length]));
      const [value] = await loss.data();
      loss.dispose();
      return { ms, loss: value };
    },
  };
}

/** The first training images, from the same file that the book's engine reads. */
async function examples(count) {
  const { readTraining, places, needed } = await import("/engine/idx.js");
  const folder = new URL("static/FashionMNIST/raw/", location.href).href;
  const { images, labels } = await readTraining(folder, needed(count, 0), () => {});
  const chosen = places(count, "train");
  const X = new Float32Array(count * 784);
  chosen.forEach((place, i) => {
    for (let j = 0; j < 784; j++) X[i * 784 + j] = images[place * 784 + j] / 255;
  });
  return { images: X, labels: Int32Array.from(chosen, (place) => labels[place]) };
}
