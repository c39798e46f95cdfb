/** A lab: controls, buttons, charts and the table of runs around one trainer. */

import { chartGrid, evaluationPlan } from "./charts/charts.js";
import { controlPanel } from "./controls/panel.js";
import { h, show, uniqueId } from "./base/dom.js";
import { createScope } from "./base/scope.js";
import { both, join } from "./base/text.js";
import { words } from "./base/words.js";
import { alertBox } from "./panels/alert.js";
import { header } from "./panels/header.js";
import { numbersPanel } from "./panels/numbers.js";
import { presetBar } from "./panels/presets.js";
import { runsTable } from "./panels/runs.js";
import { copyText, sourcePanel } from "./panels/source.js";
import { toolbar } from "./panels/toolbar.js";
import { addressWriter, readAddress, withSettings } from "./run/address.js";
import { download, toCsv } from "./run/csv.js";
import { isEmpty } from "./run/record.js";
import { initialValues } from "./run/settings.js";
import { codeOf, Trainer } from "./run/trainer.js";

/** @typedef {import("./types.js").Spec} Spec */
/** @typedef {import("./types.js").Options} Options */
/** @typedef {import("./types.js").Host} Host */
/** @typedef {import("./types.js").Value} Value */
/** @typedef {import("./types.js").Settings} Settings */
/** @typedef {import("./types.js").Preset} Preset */
/** @typedef {import("./run/record.js").Run} Run */

/** Colours of earlier runs, in the order in which they are used. */
const COLORS = [0, 2, 4, 5, 9, 6, 1, 8].map((i) => `class-${i}`);
const MOST_EARLIER = COLORS.length;
const SPEAK_MS = 2500;

/**
 * Draws a lab into an element, which may hold the static picture of its default run.
 *
 * @param {HTMLElement} root
 * @param {Spec} spec
 * @param {Options} options
 * @param {Host} host
 * @returns {() => void} takes everything away again
 */
export function renderLab(root, spec, options, host) {
  const scope = createScope(root);
  const names = spec.controls.map((control) => control.name);
  const address = host.address ? readAddress(host.address.prefix, names) : { values: {}, hide: [] };
  const start = initialValues(spec.controls, options.values ?? {});
  const first = initialValues(spec.controls, options.values ?? {}, address.values);
  const hidden = new Set([...(options.hide ?? []), ...address.hide]);
  const writer = host.address ? addressWriter(host.address.prefix, start.values) : null;

  /** @type {Settings} */
  let values = first.values;
  /** @type {{ run: Run, color: string }[]} */
  let earlier = [];
  /** @type {number | null} */
  let emphasis = null;
  /** @type {Preset | null} */
  let chosen = null;
  let spokenAt = 0;
  let colorsUsed = 0;

  const liveNames = spec.controls.filter((control) => control.live).map((control) => control.name);
  const live = () => Object.fromEntries(liveNames.map((name) => [name, values[name]]));
  const waits = (/** @type {string} */ name) =>
    trainer.run !== null &&
    !liveNames.includes(name) &&
    trainer.run.settings[name] !== values[name];
  const pending = () => names.some(waits);
  const fresh = () =>
    pending() || trainer.run === null || trainer.phase === "done" || trainer.phase === "failed";

  const trainer = new Trainer({
    ...evaluationPlan(spec.charts),
    createEngine: host.createEngine,
    settings: () => ({ ...values }),
    live,
    onPhase: () => afterPhase(),
    onProgress: (progress) => bar.setLoading(progress),
    onStart: () => afterStart(),
    onData: (run) => {
      bar.setProgress(run);
      charts.schedule();
      if (trainer.phase === "paused") speak(true);
    },
    onEvaluated: (run) => afterEvaluation(run),
    onError: (error) => afterError(error),
  });

  const titleId = uniqueId("lab");
  const bar = toolbar(
    {
      onRun: () => run(),
      onPause: () => trainer.pause(),
      onStep: () => step(),
      onReset: () => reset(),
      results: spec.results ?? [],
    },
    scope,
  );
  const panel = controlPanel(
    {
      controls: spec.controls.filter((control) => !hidden.has(control.name)),
      values,
      onChange: (name, value) => change({ [name]: value }),
      onDefaults: () => adopt(start.values),
    },
    scope,
  );
  const charts = chartGrid(spec, scope, () => ({ run: trainer.run, earlier, emphasis }));
  const presets = presetBar(spec.presets ?? [], usePreset, scope);
  const runs = runsTable(
    spec,
    {
      onUse: (old) => adopt(old.settings),
      onRemove: (old) => keepEarlier(earlier.filter(({ run }) => run !== old)),
      onClear: () => keepEarlier([]),
      onPoint: (old) => {
        emphasis = old?.id ?? null;
        charts.schedule();
      },
    },
    scope,
  );
  const numbers = numbersPanel(scope);
  const alert = alertBox();
  const csv = h(
    "button",
    {
      type: "button",
      class: "mlp-text-button",
      "data-action": "csv",
      disabled: true,
      onclick: saveCsv,
    },
    both(words.csv),
  );
  scope.attribute(csv, "title", words.csvHelp);
  const figure = /** @type {HTMLElement | null} */ (host.picture ?? root.querySelector("figure"));
  const pictured = figure && h("p", { class: "mlp-chart-note mlp-pictured" }, both(words.pictured));
  const visible = (/** @type {string} */ part) =>
    !hidden.has(part) &&
    !(options.compact && ["summary", "runs", "source", "numbers", "csv"].includes(part));
  build();

  function build() {
    root.classList.add("mlp-lab", "mlp-live");
    root.setAttribute("role", "group");
    root.setAttribute("aria-labelledby", titleId);
    root.dataset.lmSuppressShortcuts = "true";
    const onLink = host.address ? copyLink : null;
    const stage = h("div", { class: "mlp-stage" }, alert.el, pictured, figure, charts.el);
    const body = h(
      "div",
      { class: "mlp-frame" },
      header(spec, { titleId, onLink }, scope),
      spec.presets?.length && visible("presets") ? presets.el : null,
      bar.el,
      h("div", { class: "mlp-body" }, panel.el, stage),
      visible("runs") && runs.el,
      h(
        "div",
        { class: "mlp-foot" },
        visible("numbers") && numbers.el,
        spec.source && visible("source") ? sourcePanel(spec.source, scope) : null,
        visible("csv") && csv,
      ),
    );
    if (!visible("summary")) body.querySelector(".mlp-summary")?.remove();
    root.append(body);
    if (first.errors.length) alert.showNotes(first.errors);
    bar.announce(null);
    afterPhase();
    refreshControls();
  }

  function refreshControls() {
    panel.markPending(waits);
    presets.update(values, chosen);
    bar.setPhase(trainer.phase, { pending: pending(), run: trainer.run });
  }

  /** @param {Settings} changes made in a control */
  function change(changes) {
    values = { ...values, ...changes };
    writer?.write(values, address.hide);
    refreshControls();
  }

  /** @param {Settings} next values from elsewhere: a preset, an earlier run, the defaults */
  function adopt(next) {
    values = {
      ...values,
      ...Object.fromEntries(Object.entries(next).filter(([name]) => names.includes(name))),
    };
    panel.set(values);
    change({});
  }

  /** @param {Preset} preset */
  function usePreset(preset) {
    chosen = preset;
    adopt({ ...start.values, ...preset.values });
    if (trainer.loaded) {
      run(true);
    } else {
      bar.announce(words.pressRun);
    }
  }

  function run(anew = fresh()) {
    alert.clear();
    if (anew) archive();
    void trainer.start(anew);
  }

  function step() {
    alert.clear();
    const anew = fresh();
    if (anew) archive();
    void trainer.stepOnce(anew);
  }

  function reset() {
    alert.clear();
    archive();
    trainer.reset();
    bar.announce(words.wasReset);
    redraw();
  }

  /** Keeps the run that ends here as a ghost. */
  function archive() {
    const old = trainer.run;
    if (!old || isEmpty(old)) return;
    trainer.run = null;
    old.arrays = {};
    const color = COLORS[colorsUsed % COLORS.length];
    colorsUsed += 1;
    earlier = [...earlier, { run: old, color }].slice(-MOST_EARLIER);
  }

  /** @param {typeof earlier} kept */
  function keepEarlier(kept) {
    earlier = kept;
    emphasis = null;
    redraw();
  }

  function redraw() {
    charts.schedule();
    runs.update(trainer.run, earlier);
    numbers.update(trainer.run ?? earlier.at(-1)?.run ?? null);
    showFigure();
    csv.disabled = trainer.run === null && earlier.length === 0;
    refreshControls();
  }

  /**
   * The picture of the default run stands until there is something to draw, and again where the lab
   * fails.
   */
  function showFigure() {
    const drawn = [trainer.run, ...earlier.map((one) => one.run)].some(
      (one) => one !== null && one.metrics.size > 0,
    );
    const failed = trainer.phase === "failed" && alert.el.dataset.code !== "not-a-number";
    show(charts.el, drawn);
    charts.el.classList.toggle("is-stale", trainer.run === null);
    for (const part of [figure, pictured]) if (part) show(part, !drawn || failed);
  }

  function afterPhase() {
    root.dataset.phase = trainer.phase;
    refreshControls();
    if (trainer.phase === "loading") bar.announce(words.loading);
    if (trainer.phase === "paused" || trainer.phase === "done") speak(true);
  }

  function afterStart() {
    spokenAt = performance.now();
    bar.announce(null);
    redraw();
  }

  /** @param {Run} run */
  function afterEvaluation(run) {
    charts.schedule();
    if (charts.el.hidden) showFigure();
    runs.updateNow(run);
    numbers.update(run);
    speak(trainer.phase === "paused");
  }

  /**
   * Says how the run stands; not more often than an ear can follow.
   *
   * @param {boolean} now
   */
  function speak(now) {
    const current = trainer.run;
    if (!current || (!now && performance.now() - spokenAt < SPEAK_MS)) return;
    spokenAt = performance.now();
    const text = bar.describe(current);
    const paused = trainer.phase === "paused" ? [words.paused] : [];
    bar.announce(join([...paused, ...(text ? [text] : [])]));
    runs.updateNow(current);
    numbers.update(current);
  }

  /** @param {unknown} error */
  function afterError(error) {
    alert.showError(error);
    bar.announce(null);
    if (codeOf(error) === "") console.error(error);
    redraw();
  }

  async function copyLink() {
    if (!host.address) return;
    const link = withSettings(host.address.prefix, values, address.hide);
    bar.announce((await copyText(link)) ? words.linkDone : words.linkFailed);
  }

  function saveCsv() {
    const all = [...earlier.map((one) => one.run), ...(trainer.run ? [trainer.run] : [])];
    download(`${spec.name}.csv`, toCsv(all, names));
  }

  return () => {
    trainer.dispose();
    writer?.stop();
    scope.destroy();
    if (figure) {
      show(figure, true);
      root.append(figure);
    }
    root.querySelector(":scope > .mlp-frame")?.remove();
    root.classList.remove("mlp-live");
  };
}
