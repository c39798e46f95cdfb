/** Fashion-MNIST in the page: the first images of the canonical `.gz` files, split as `mlpbook.data` splits them. */

import { badFile } from "./error.js";
import { nameOf, readGzip } from "./files.js";

/** @typedef {import("./files.js").OnBytes} OnBytes */

export const PIXELS = 784;
/** Of every six images of the file, the last is for validation. */
const EVERY = 6;
const HEADER = { images: 16, labels: 8 };

/**
 * How many images of the file hold so many of either split.
 *
 * @param {number} train
 * @param {number} validation
 */
export function needed(train, validation) {
  const forTrain = train > 0 ? Math.floor((train - 1) / (EVERY - 1)) * EVERY + ((train - 1) % (EVERY - 1)) + 1 : 0;
  return Math.max(forTrain, validation * EVERY);
}

/**
 * @param {number} count
 * @param {"train" | "validation"} split
 * @returns {Uint32Array} places in the file of the first `count` images of a split
 */
export function places(count, split) {
  const step = (/** @type {number} */ i) => Math.floor(i / (EVERY - 1)) * EVERY + (i % (EVERY - 1));
  return Uint32Array.from({ length: count }, (_, i) => (split === "train" ? step(i) : i * EVERY + EVERY - 1));
}

/**
 * The first n images and labels of the training files.
 *
 * @param {string} folder address of `FashionMNIST/raw/`, with a slash at its end
 * @param {number} n
 * @param {OnBytes} onBytes
 * @returns {Promise<{ images: Uint8Array, labels: Uint8Array }>} images as (n, 784) bytes
 */
export async function readTraining(folder, n, onBytes) {
  const [images, labels] = await Promise.all([
    readIdx(`${folder}train-images-idx3-ubyte.gz`, "images", n, PIXELS, onBytes),
    readIdx(`${folder}train-labels-idx1-ubyte.gz`, "labels", n, 1, () => {}),
  ]);
  return { images, labels };
}

/**
 * @param {string} url
 * @param {"images" | "labels"} kind
 * @param {number} n
 * @param {number} size bytes of one
 * @param {OnBytes} onBytes
 */
async function readIdx(url, kind, n, size, onBytes) {
  const header = HEADER[kind];
  const content = await readGzip(url, { wanted: header + n * size, onBytes });
  checkHeader(url, content, kind);
  if (content.length < header + n * size) {
    throw badFile(nameOf(url), `${content.length} bytes unpacked, ${header + n * size} expected`);
  }
  return content.subarray(header);
}

/**
 * IDX: two zero bytes, 0x08 for bytes, the number of dimensions, then their sizes.
 *
 * @param {string} url
 * @param {Uint8Array} content
 * @param {"images" | "labels"} kind
 */
function checkHeader(url, content, kind) {
  if (content.length < HEADER[kind]) throw badFile(nameOf(url), "shorter than its header");
  const view = new DataView(content.buffer, content.byteOffset);
  const magic = view.getUint32(0);
  const expected = kind === "images" ? 0x803 : 0x801;
  if (magic !== expected) throw badFile(nameOf(url), `magic number ${magic}, ${expected} expected`);
  if (kind === "images" && view.getUint32(8) * view.getUint32(12) !== PIXELS) {
    throw badFile(nameOf(url), "images that are not 28 by 28");
  }
}
