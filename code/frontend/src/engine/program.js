/** What a lab's graphs are fed: which graph, which sizes, which randomness. Described in spec.json under "program". */

import { badSetting } from "./error.js";
import { normal, uniform } from "./rng.js";

/** @typedef {import("../types.js").Settings} Settings */
/** @typedef {Record<string, number>} Sizes */
/** @typedef {{ dims: number[], data: Float32Array | BigInt64Array }} Tensor */
/** @typedef {Record<string, Tensor>} Tensors */
/** @typedef {{ kind: "normal" | "uniform", shape: (number | string)[], stream: number, unless: string | null }} Noise */
/** @typedef {{ function: string, when: Settings, file: string, noise: Record<string, Noise> }} Graph */
/** @typedef {{ kind: "fashion_mnist", count: string, centre: string, held_out: number }} FashionSpec */
/** @typedef {{ kind: "made", train: number, extent: number[] }} MadeSpec */
/**
 * @typedef {object} Program
 * @property {FashionSpec | MadeSpec} data
 * @property {string[]} numbers settings that the graphs take as numbers
 * @property {Record<string, string>} sizes names of sizes, and the controls that give them
 * @property {string} batch_size the control that gives the examples a step
 * @property {number} order_stream
 * @property {Graph[]} graphs
 */
/** @typedef {import("../types.js").Spec & { program: Program }} LabSpec */

/**
 * The graph of a function for the settings as they are.
 *
 * @param {Program} program
 * @param {string} name "data", "init", "step" or "evaluate"
 * @param {Settings} settings
 */
export function graphFor(program, name, settings) {
  const fits = (/** @type {Graph} */ graph) => Object.entries(graph.when).every(([control, value]) => settings[control] === value);
  const graph = program.graphs.find((one) => one.function === name && fits(one));
  if (!graph) throw badSetting(`no graph of ${name} for ${JSON.stringify(settings)}`);
  return graph;
}

/**
 * @param {Program} program
 * @param {Settings} settings
 * @returns {Sizes}
 */
export function boundSizes(program, settings) {
  return Object.fromEntries(Object.entries(program.sizes).map(([name, control]) => [name, Number(settings[control])]));
}

/**
 * All random tensors of one call of a graph, named as its inputs are.
 *
 * @param {Graph} graph
 * @param {Settings} settings
 * @param {Sizes} sizes
 * @param {number} draw the number of the call
 * @returns {Tensors}
 */
export function drawNoise(graph, settings, sizes, draw) {
  return Object.fromEntries(
    Object.entries(graph.noise).map(([name, noise]) => {
      const dims = noise.shape.map((size) => (typeof size === "string" ? sizes[size] : size));
      const n = dims.reduce((product, size) => product * size, 1);
      const unused = noise.unless !== null && Number(settings[noise.unless]) === 0;
      const place = { seed: Number(settings.seed), stream: noise.stream, draw };
      const data = unused ? new Float32Array(n) : (noise.kind === "normal" ? normal : uniform)(n, place);
      return [`noise.${name}`, { dims, data }];
    }),
  );
}

/**
 * The settings that the graphs take as numbers.
 *
 * @param {Program} program
 * @param {Settings} settings
 * @returns {Tensors}
 */
export function numbers(program, settings) {
  return Object.fromEntries(program.numbers.map((name) => [`hyper.${name}`, { dims: [], data: Float32Array.of(Number(settings[name])) }]));
}

/**
 * The tensors of one group under another group's name: outputs "next.W" as inputs "state.W".
 *
 * @param {Tensors} tensors
 * @param {string} from
 * @param {string} to
 * @returns {Tensors}
 */
export function regroup(tensors, from, to) {
  const chosen = Object.entries(tensors).filter(([name]) => name.startsWith(`${from}.`));
  return Object.fromEntries(chosen.map(([name, tensor]) => [to + name.slice(from.length), tensor]));
}

/**
 * Steps of a whole run, and of an epoch.
 *
 * @param {LabSpec} spec
 * @param {Settings} settings
 */
export function runLength(spec, settings) {
  const { data, batch_size } = spec.program;
  const examples = data.kind === "made" ? data.train : Number(settings[data.count]);
  const perEpoch = Math.ceil(examples / Number(settings[batch_size]));
  const total = spec.length?.steps ?? Number(settings[spec.length?.control ?? ""]) * perEpoch;
  return { total_steps: total, steps_per_epoch: perEpoch };
}

/**
 * A value for every control: those given, and the defaults.
 *
 * @param {LabSpec} spec
 * @param {Settings} given
 * @param {(name: string) => boolean} allowed
 * @returns {Settings}
 */
export function checkSettings(spec, given, allowed = () => true) {
  for (const [name, value] of Object.entries(given)) {
    const control = spec.controls.find((one) => one.name === name);
    if (!control || !allowed(name)) throw badSetting(`got ${name}, expected one of ${spec.controls.map((one) => one.name)}`);
    if (control.kind === "select") {
      if (!control.options.some((option) => option.value === value)) throw badSetting(`${name}: got ${value}, expected one of its options`);
    } else if (control.kind === "switch") {
      if (typeof value !== "boolean") throw badSetting(`${name}: got ${value}, expected true or false`);
    } else {
      const [min, max] = [control.min ?? 0, control.max ?? 2 ** 32 - 1];
      const whole = control.kind === "seed" || control.integer;
      if (typeof value !== "number" || !(value >= min && value <= max) || (whole && !Number.isInteger(value))) {
        throw badSetting(`${name}: got ${value}, expected a ${whole ? "whole " : ""}number from ${min} to ${max}`);
      }
    }
  }
  return { ...Object.fromEntries(spec.controls.map((one) => [one.name, one.value])), ...given };
}
