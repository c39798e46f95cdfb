/**
 * Random numbers by counting: Threefry-2x32 with 20 rounds; the twin of `mlpbook/rng.py`.
 *
 * A block of 64 random bits is a pure function of a key (seed, stream) and a counter (index, draw). Both twins are
 * held to `tests/vectors/rng.json`.
 *
 * Source: Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3".
 */

/** @typedef {{ seed: number, stream: number, draw?: number }} Place which numbers: all whole, 0 to 2³² - 1 */

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];
/** Of the key schedule, chosen by the authors against weak keys. */
const PARITY = 0x1bd11bda;
const WORD = 2 ** 32;

/**
 * Encrypts a counter under a key: 20 rounds of add, rotate, exclusive or.
 *
 * @param {number} key0
 * @param {number} key1
 * @param {number} counter0
 * @param {number} counter1
 * @param {Uint32Array} out where the two random words are written
 * @param {number} at
 */
export function threefry2x32(key0, key1, counter0, counter1, out, at) {
  const schedule = [key0 | 0, key1 | 0, key0 ^ key1 ^ PARITY];
  let x0 = (counter0 + schedule[0]) | 0;
  let x1 = (counter1 + schedule[1]) | 0;
  for (let group = 0; group < 5; group++) {
    const rotations = ROTATIONS[group % 2];
    for (let round = 0; round < 4; round++) {
      const rotation = rotations[round];
      x0 = (x0 + x1) | 0;
      x1 = (x1 << rotation) | (x1 >>> (32 - rotation));
      x1 ^= x0;
    }
    x0 = (x0 + schedule[(group + 1) % 3]) | 0;
    x1 = (x1 + schedule[(group + 2) % 3] + group + 1) | 0;
  }
  out[at] = x0;
  out[at + 1] = x1;
}

/**
 * The first n random words of a stream: two from each block.
 *
 * @param {number} n
 * @param {Place} place
 */
export function bits(n, { seed, stream, draw = 0 }) {
  const words = new Uint32Array(n + (n % 2));
  for (let i = 0; i < words.length; i += 2) threefry2x32(seed, stream, i / 2, draw, words, i);
  return words.subarray(0, n);
}

/**
 * Numbers spread evenly over [0, 1), multiples of 2⁻²⁴.
 *
 * @param {number} n
 * @param {Place} place
 */
export function uniform(n, place) {
  const words = bits(n, place);
  const numbers = new Float32Array(n);
  for (let i = 0; i < n; i++) numbers[i] = (words[i] >>> 8) / 2 ** 24;
  return numbers;
}

/**
 * Standard normal numbers by Box and Muller's method: a pair from each block.
 *
 * @param {number} n
 * @param {Place} place
 */
export function normal(n, place) {
  const words = bits(n + (n % 2), place);
  const numbers = new Float32Array(n + (n % 2));
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log((words[i] + 1) / WORD));
    const angle = 2 * Math.PI * (words[i + 1] / WORD);
    numbers[i] = radius * Math.cos(angle);
    numbers[i + 1] = radius * Math.sin(angle);
  }
  return numbers.subarray(0, n);
}

/**
 * The numbers 0..n-1 in random order: sorted by a random word each, ties by number.
 *
 * @param {number} n below 2²¹, so that a word and a number fit into one float64
 * @param {Place} place
 */
export function permutation(n, place) {
  const words = bits(n, place);
  const tagged = Float64Array.from(words, (word, i) => word * 2 ** 21 + i).sort();
  return Uint32Array.from(tagged, (value) => value % 2 ** 21);
}
