/** Numbers as a reader writes them. */

/**
 * A setting: every digit that it has and no more.
 *
 * @param {unknown} value
 */
export function setting(value) {
  if (typeof value !== "number") return String(value);
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential().replace("e-", "e-");
  return String(Number(value.toPrecision(8)));
}

/** @param {string} metric */
export function isShare(metric) {
  return /accuracy|probability|share|dead_units/.test(metric);
}

/**
 * A result: accuracies in percent, losses with three digits after the point.
 *
 * @param {string} metric
 * @param {number | undefined} value
 */
export function result(metric, value) {
  if (value === undefined) return "–";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (isShare(metric)) return `${(100 * value).toFixed(1)}%`;
  if (Math.abs(value) >= 1000) return value.toExponential(1).replace("e+", "e");
  if (Math.abs(value) >= 100) return value.toFixed(0);
  if (Math.abs(value) >= 10) return value.toFixed(1);
  return value.toFixed(3);
}

/**
 * A number of any size: with so many digits after the point, or with a power of ten where those
 * would show too little or too much; whole numbers stay whole.
 *
 * @param {number} value
 * @param {number} [digits]
 */
export function number(value, digits = 3) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const plain = value === 0 || (size >= 10 ** -digits && size < 1e6);
  const text = plain ? String(Number(value.toFixed(digits))) : value.toExponential(2);
  return text.replace("e+", "e").replaceAll("-", "−");
}

/** @param {number} value */
export function share(value) {
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)}%` : number(value);
}

/** @param {number} value */
export function whole(value) {
  return Math.round(value).toLocaleString("en-US");
}

/**
 * Bytes as megabytes.
 *
 * @param {number} bytes
 */
export function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/**
 * A stretch of time, as two texts.
 *
 * @param {number} seconds
 * @returns {import("../types.js").Text}
 */
export function duration(seconds) {
  const rounded = Math.max(1, Math.round(seconds));
  if (rounded < 90) return { zh: `${rounded}秒`, en: `${rounded} s` };
  const minutes = Math.round(rounded / 60);
  return { zh: `${minutes}分钟`, en: `${minutes} min` };
}
