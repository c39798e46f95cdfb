/** Values of controls: what is allowed, and what to say when something else comes. */

import { setting } from "../base/format.js";

/** @typedef {import("../types.js").ControlSpec} ControlSpec */
/** @typedef {import("../types.js").SliderSpec} SliderSpec */
/** @typedef {import("../types.js").Settings} Settings */
/** @typedef {import("../types.js").Text} Text */
/** @typedef {import("../types.js").Value} Value */
/** @typedef {{ value: Value, error?: undefined } | { value?: undefined, error: Text }} Checked */

export const MAX_SEED = 2 ** 32 - 1;

/**
 * Reads a value for a control from a number box, an address or an option.
 *
 * @param {ControlSpec} control
 * @param {unknown} raw
 * @returns {Checked}
 */
export function check(control, raw) {
  switch (control.kind) {
    case "slider":
      return control.values
        ? checkStop(raw, control.values)
        : checkNumber(raw, control.min, control.max, Boolean(control.integer));
    case "seed":
      return checkNumber(raw, 0, control.max ?? MAX_SEED, true);
    case "switch":
      return checkSwitch(raw);
    case "select":
      return checkSelect(control, raw);
  }
}

/**
 * @param {unknown} raw
 * @param {number} min
 * @param {number} max
 * @param {boolean} integer
 * @returns {Checked}
 */
function checkNumber(raw, min, max, integer) {
  const text = String(raw).trim().replace("，", ".").replace(/^\+/, "");
  const value = text === "" ? Number.NaN : Number(text);
  const fits =
    Number.isFinite(value) && value >= min && value <= max && (!integer || Number.isInteger(value));
  if (fits) return { value };
  const got = text === "" ? { zh: "空白", en: "nothing" } : { zh: `“${text}”`, en: `“${text}”` };
  const kind = integer ? { zh: "整数", en: "a whole number" } : { zh: "数", en: "a number" };
  const range = [setting(min), setting(max)];
  return {
    error: {
      zh: `得到${got.zh}；应为${range[0]}到${range[1]}之间的${kind.zh}。`,
      en: `Got ${got.en}; expected ${kind.en} from ${range[0]} to ${range[1]}.`,
    },
  };
}

/**
 * @param {unknown} raw
 * @param {number[]} values
 * @returns {Checked}
 */
function checkStop(raw, values) {
  const text = String(raw).trim();
  const found = text === "" ? undefined : values.find((value) => value === Number(text));
  if (found !== undefined) return { value: found };
  return wrongChoice(raw, values);
}

/**
 * @param {unknown} raw
 * @param {Value[]} values
 * @returns {Checked}
 */
function wrongChoice(raw, values) {
  const allowed = values.join(", ");
  return {
    error: {
      zh: `得到“${raw}”；应为以下之一：${allowed}。`,
      en: `Got “${raw}”; expected one of ${allowed}.`,
    },
  };
}

/**
 * @param {unknown} raw
 * @returns {Checked}
 */
function checkSwitch(raw) {
  const text = String(raw).toLowerCase();
  if (["true", "1", "on"].includes(text)) return { value: true };
  if (["false", "0", "off"].includes(text)) return { value: false };
  return { error: { zh: `得到“${raw}”；应为on或off。`, en: `Got “${raw}”; expected on or off.` } };
}

/**
 * @param {import("../types.js").SelectSpec} control
 * @param {unknown} raw
 * @returns {Checked}
 */
function checkSelect(control, raw) {
  const found = control.options.find((option) => String(option.value) === String(raw));
  if (found) return { value: found.value };
  return wrongChoice(
    raw,
    control.options.map((option) => option.value),
  );
}

/**
 * The stops of a slider: powers of two and the half steps between them for whole numbers on a log
 * scale, twelve round values a decade for other log scales, multiples of the step otherwise; or the
 * only values that it has.
 *
 * @param {SliderSpec} control
 * @returns {number[]} rising, from `min` to `max`
 */
export function stops(control) {
  if (control.values) return control.values;
  const { min, max } = control;
  const inner = control.scale === "log" ? logStops(control) : linearStops(control);
  const inside = inner.filter((value) => value > min && value < max);
  return [min, ...inside, max];
}

/** @param {SliderSpec} control */
function logStops({ min, max, integer }) {
  const from = Math.max(min, 1e-12);
  if (integer) {
    const powers = Array.from({ length: 32 }, (_, k) => 2 ** k);
    return powers.flatMap((power) => (power < 2 ? [power] : [power, 1.5 * power]));
  }
  const round = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9];
  const decades = Math.ceil(Math.log10(max / from)) + 1;
  const first = Math.floor(Math.log10(from));
  return Array.from({ length: decades + 1 }, (_, k) => first + k).flatMap((power) =>
    round.map((digit) => Number(`${digit}e${power}`)),
  );
}

/** @param {SliderSpec} control */
function linearStops({ min, max, step, integer }) {
  const stride = step ?? (integer ? Math.max(1, Math.round((max - min) / 200)) : (max - min) / 100);
  const count = Math.floor((max - min) / stride + 1e-9);
  return Array.from({ length: count + 1 }, (_, k) => Number((min + k * stride).toPrecision(10)));
}

/**
 * The place of the stop nearest to a value, measured on the slider's own scale.
 *
 * @param {number[]} places
 * @param {number} value
 * @param {boolean} log
 */
export function nearest(places, value, log) {
  const scale = (/** @type {number} */ x) => (log ? Math.log(Math.max(x, 1e-12)) : x);
  let best = 0;
  for (let i = 1; i < places.length; i += 1) {
    if (Math.abs(scale(places[i]) - scale(value)) < Math.abs(scale(places[best]) - scale(value)))
      best = i;
  }
  return best;
}

/**
 * The values to begin with: the spec's, then the notebook's or page's, then the address's.
 *
 * @param {ControlSpec[]} controls
 * @param {...Record<string, unknown>} layers
 * @returns {{ values: Settings, errors: Text[] }}
 */
export function initialValues(controls, ...layers) {
  /** @type {Settings} */
  const values = Object.fromEntries(controls.map((control) => [control.name, control.value]));
  /** @type {Text[]} */
  const errors = [];
  for (const layer of layers) {
    for (const control of controls) {
      if (!(control.name in layer)) continue;
      const { value, error } = check(control, layer[control.name]);
      if (value !== undefined) values[control.name] = value;
      if (error) {
        errors.push({
          zh: `${control.label.zh}：${error.zh}`,
          en: `${control.label.en}: ${error.en}`,
        });
      }
    }
  }
  return { values, errors };
}
