/** Run, Step, Reset; how far the run is; and what just happened, for ears as well. */

import { h, setAttributes, show, svg } from "../base/dom.js";
import { duration, megabytes, result, whole } from "../base/format.js";
import { both, join, same } from "../base/text.js";
import { metricWords, words } from "../base/words.js";
import { summaryOf } from "../run/record.js";

/** @typedef {import("../types.js").Text} Text */
/** @typedef {import("../types.js").Progress} Progress */
/** @typedef {import("../run/record.js").Run} Run */
/** @typedef {import("../run/trainer.js").Phase} Phase */

const ICONS = {
  run: "M7 4.5v15l12-7.5z",
  pause: "M6.5 5h4v14h-4zM13.5 5h4v14h-4z",
  step: "M5 5v14l9-7zM16 5h3v14h-3z",
  reset: "M12 5a7 7 0 1 1-6.7 5h2.2A5 5 0 1 0 12 7v3L7.5 6 12 2z",
};

/** @param {keyof typeof ICONS} name */
function icon(name) {
  const shape = svg("path", { d: ICONS[name], fill: "currentColor" });
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: 16, height: 16, "aria-hidden": "true", class: "mlp-icon" },
    shape,
  );
}

/**
 * @param {{ onRun: () => void, onPause: () => void, onStep: () => void, onReset: () => void, results: string[] }} options
 * @param {import("../base/scope.js").Scope} scope
 */
export function toolbar({ onRun, onPause, onStep, onReset, results }, scope) {
  const run = h("button", {
    type: "button",
    class: "mlp-button mlp-button-primary",
    "data-action": "run",
    onclick: () => (active() ? onPause() : onRun()),
  });
  const step = h(
    "button",
    { type: "button", class: "mlp-button", "data-action": "step", onclick: onStep },
    icon("step"),
    h("span", {}, both(words.step)),
  );
  const reset = h(
    "button",
    { type: "button", class: "mlp-button", "data-action": "reset", onclick: onReset },
    icon("reset"),
    h("span", {}, both(words.reset)),
  );
  scope.attribute(step, "title", words.stepHelp);
  scope.attribute(reset, "title", words.resetHelp);
  const bar = h("progress", { class: "mlp-progress", max: 1, value: 0 });
  scope.attribute(bar, "aria-label", words.progress);
  const counter = h("span", { class: "mlp-counter" });
  const status = h("p", { class: "mlp-status", role: "status", "aria-live": "polite" });
  const el = h(
    "div",
    { class: "mlp-toolbar" },
    h("div", { class: "mlp-buttons" }, run, step, reset),
    h("div", { class: "mlp-readout" }, counter, status),
    bar,
  );

  /** @type {Phase} */
  let phase = "idle";
  let rate = { since: 0, step: 0 };
  const active = () => phase === "running" || phase === "loading";

  /** @param {keyof typeof ICONS} shape @param {Text} label */
  const dress = (shape, label) => run.replaceChildren(icon(shape), h("span", {}, both(label)));

  return {
    el,

    /**
     * @param {Phase} next
     * @param {{ pending: boolean, run: Run | null }} state
     */
    setPhase(next, { pending, run: current }) {
      if (next === "running" && phase !== "running")
        rate = { since: performance.now(), step: current?.step ?? 0 };
      phase = next;
      if (active()) dress("pause", words.pause);
      else if (pending) dress("run", words.runNew);
      else
        dress(
          "run",
          phase === "paused" ? words.resume : phase === "done" ? words.again : words.run,
        );
      setAttributes(step, { disabled: active() });
      setAttributes(reset, { disabled: phase === "idle" && !current });
      if (phase === "loading") bar.removeAttribute("value");
      else this.setProgress(current);
    },

    /** @param {Progress} progress */
    setLoading(progress) {
      counter.replaceChildren(...both(loadingText(progress)));
      if (progress.total) bar.value = Math.min(progress.loaded / progress.total, 1);
    },

    /** @param {Run | null} current */
    setProgress(current) {
      bar.value = current?.total ? current.step / current.total : 0;
      counter.replaceChildren(...(current ? both(position(current)) : []));
    },

    /** @param {Text | null} text */
    announce(text) {
      status.replaceChildren(...(text ? both(text) : []));
      show(status, text !== null);
    },

    /** One sentence on a run: the results the lab names. @param {Run} current */
    describe(current) {
      const found = results
        .map((name) => ({ name, value: summaryOf(current, name) }))
        .filter(({ value }) => value !== undefined);
      const texts = found.map(({ name, value }) =>
        join([metricWords(name), same(result(name, value))], { zh: " ", en: " " }),
      );
      return texts.length ? join(texts, { zh: "，", en: ", " }) : null;
    },
  };

  /** Epoch and step, and the time left. @param {Run} current @returns {Text} */
  function position(current) {
    const { step: at, total, perEpoch } = current;
    const steps = total ? `${whole(at)} / ${whole(total)}` : whole(at);
    const parts = [join([words.stepAxis, same(steps)], { zh: " ", en: " " })];
    if (perEpoch && total > perEpoch) {
      const all = Math.round(total / perEpoch);
      const epochs = `${Math.min(Math.floor(at / perEpoch), all)} / ${all}`;
      parts.unshift(join([words.epoch, same(epochs)], { zh: " ", en: " " }));
    }
    const left = timeLeft(current);
    if (left) parts.push({ zh: `约剩${left.zh}`, en: `${left.en} left` });
    return join(parts, { zh: " · ", en: " · " });
  }

  /** @param {Run} current */
  function timeLeft({ step: at, total }) {
    const elapsed = (performance.now() - rate.since) / 1000;
    const done = at - rate.step;
    if (phase !== "running" || !total || done < 5 || elapsed < 1) return null;
    return duration(((total - at) * elapsed) / done);
  }
}

/** What is being loaded, and how much has come. @param {Progress} progress */
export function loadingText({ loaded, total, what }) {
  const size = total ? `${megabytes(loaded)} / ${megabytes(total)} MB` : `${megabytes(loaded)} MB`;
  return join([what ?? words.loading, same(size)], { zh: " ", en: " " });
}
