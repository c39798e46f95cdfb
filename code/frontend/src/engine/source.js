/** Where a run's examples come from: Fashion-MNIST files, or points that a graph makes. */

import { needed, PIXELS, places, readTraining } from "./idx.js";
import { regroup } from "./program.js";

/** @typedef {import("./program.js").Tensors} Tensors */
/** @typedef {import("./program.js").Tensor} Tensor */
/** @typedef {import("../types.js").Arrays} Arrays */
/** @typedef {import("../types.js").ChartSpec} ChartSpec */
/** @typedef {import("./files.js").OnBytes} OnBytes */
/**
 * @typedef {object} Source
 * @property {number} size training examples
 * @property {(chosen: Uint32Array) => Tensors} batch those examples, as "batch.X" and "batch.y"
 * @property {Tensors} data what evaluate is given, as "data.X", …
 * @property {(chart: ChartSpec, found: Tensors) => Arrays} arrays what a chart draws, from what evaluate found
 */

/**
 * The files as far as they have been read, for all runs of a lab.
 */
export class FashionFiles {
  /** @param {string} base address of the folder that holds `FashionMNIST/raw/` */
  constructor(base) {
    this.folder = `${base}FashionMNIST/raw/`;
    this.images = new Uint8Array();
    this.labels = new Uint8Array();
  }

  /**
   * @param {number} train
   * @param {number} validation
   * @param {OnBytes} onBytes
   */
  async read(train, validation, onBytes) {
    const n = needed(train, validation);
    if (n > this.labels.length) Object.assign(this, await readTraining(this.folder, n, onBytes));
  }
}

/** Images of the training split, and the first validation images; the mean training image taken away if so asked. */
export class FashionSource {
  /**
   * @param {FashionFiles} files
   * @param {{ train: number, held_out: number, centre: boolean }} options
   */
  constructor(files, { train, held_out, centre }) {
    this.files = files;
    this.size = train;
    this.places = places(train, "train");
    this.held_out = places(held_out, "validation");
    this.mean = centre ? meanImage(files.images, this.places) : null;
    const { X, y } = this.#gather(this.held_out);
    this.data = { "data.X": X, "data.y": y };
  }

  /** @param {Uint32Array} chosen */
  batch(chosen) {
    const { X, y } = this.#gather(chosen.map((i) => this.places[i]));
    return { "batch.X": X, "batch.y": y };
  }

  /** @param {Uint32Array} where places in the file */
  #gather(where) {
    const { images, labels } = this.files;
    const X = new Float32Array(where.length * PIXELS);
    const y = new BigInt64Array(where.length);
    where.forEach((place, i) => {
      y[i] = BigInt(labels[place]);
      const [from, to] = [place * PIXELS, i * PIXELS];
      for (let j = 0; j < PIXELS; j++) X[to + j] = UNIT[images[from + j]];
      if (this.mean) for (let j = 0; j < PIXELS; j++) X[to + j] -= this.mean[j];
    });
    return { X: { dims: [where.length, PIXELS], data: X }, y: { dims: [where.length], data: y } };
  }

  /**
   * @param {ChartSpec} chart
   * @param {Tensors} found
   * @returns {Arrays}
   */
  arrays(chart, found) {
    if (chart.kind !== "images") return {};
    const { count } = chart;
    const pixels = new Uint8Array(count * PIXELS);
    const shown = this.held_out.subarray(0, count);
    shown.forEach((place, i) => pixels.set(this.files.images.subarray(place * PIXELS, (place + 1) * PIXELS), i * PIXELS));
    return {
      pixels: { shape: [count, 28, 28], dtype: "uint8", data: pixels },
      labels: { shape: [count], dtype: "int32", data: Int32Array.from(shown, (place) => this.files.labels[place]) },
      predictions: array(first(found["metrics.predictions"], count)),
      confidence: array(first(found["metrics.confidence"], count)),
    };
  }
}

/** Points that the lab's own graph has made. */
export class MadeSource {
  /**
   * @param {Tensors} made
   * @param {number[]} extent
   */
  constructor(made, extent) {
    this.X = made["train.X"];
    this.y = made["train.y"];
    this.size = this.y.dims[0];
    this.data = regroup(made, "data", "data");
    this.extent = extent;
  }

  /** @param {Uint32Array} chosen */
  batch(chosen) {
    const X = new Float32Array(2 * chosen.length);
    const y = new BigInt64Array(chosen.length);
    chosen.forEach((place, i) => {
      X[2 * i] = Number(this.X.data[2 * place]);
      X[2 * i + 1] = Number(this.X.data[2 * place + 1]);
      y[i] = BigInt(this.y.data[place]);
    });
    return { "batch.X": { dims: [chosen.length, 2], data: X }, "batch.y": { dims: [chosen.length], data: y } };
  }

  /**
   * @param {ChartSpec} chart
   * @param {Tensors} found
   * @returns {Arrays}
   */
  arrays(chart, found) {
    if (chart.kind === "units") {
      const hidden = Object.entries(found).filter(([name]) => name.startsWith("metrics.hidden_"));
      return Object.fromEntries(hidden.map(([name, tensor]) => [name.slice("metrics.".length), array(tensor)]));
    }
    if (chart.kind !== "region") return {};
    return {
      points: array(this.X),
      point_labels: array(this.y),
      held_out_points: array(this.data["data.X"]),
      held_out_labels: array(this.data["data.y"]),
      grid: array(found["metrics.grid"]),
      extent: { shape: [4], dtype: "float32", data: Float32Array.from(this.extent) },
    };
  }
}

/** A byte as a number in [0, 1]. */
const UNIT = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * @param {Uint8Array} images
 * @param {Uint32Array} where
 */
function meanImage(images, where) {
  const sums = new Float64Array(PIXELS);
  for (const place of where) for (let j = 0; j < PIXELS; j++) sums[j] += images[place * PIXELS + j];
  return Float32Array.from(sums, (sum) => sum / (255 * where.length));
}

/**
 * @param {Tensor} tensor
 * @param {number} count
 * @returns {Tensor}
 */
function first({ dims, data }, count) {
  const size = dims.slice(1).reduce((product, one) => product * one, 1);
  return { dims: [count, ...dims.slice(1)], data: data.subarray(0, count * size) };
}

/**
 * A copy that the page may keep, whole numbers in 32 bits.
 *
 * @param {Tensor} tensor
 * @returns {import("../types.js").ArrayData}
 */
function array({ dims, data }) {
  if (data instanceof BigInt64Array) return { shape: dims, dtype: "int32", data: Int32Array.from(data, Number) };
  return { shape: dims, dtype: "float32", data: data.slice() };
}
