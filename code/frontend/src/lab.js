/** A lab: controls, buttons, charts and the table of runs around one trainer. */

import { chartGrid, evaluationPlan } from "./charts/charts.js";
import { h, show } from "./base/dom.js";
import { both, join } from "./base/text.js";
import { words } from "./base/words.js";
import { labFrame } from "./frame.js";
import { numbersPanel } from "./panels/numbers.js";
import { runsTable } from "./panels/runs.js";
import { toolbar } from "./panels/toolbar.js";
import { download, toCsv } from "./run/csv.js";
import { isEmpty } from "./run/record.js";
import { codeOf, Trainer } from "./run/trainer.js";

/** @typedef {import("./types.js").Spec} Spec */
/** @typedef {import("./types.js").Options} Options */
/** @typedef {import("./types.js").Host} Host */
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
  const frame = labFrame(root, spec, options, host, {
    onChange: () => refreshControls(),
    onPreset: () => (trainer.loaded ? run(true) : bar.announce(words.pressRun)),
    announce: (text) => bar.announce(text),
    pictured: words.pictured,
  });
  const { scope, names, alert, visible, settings } = frame;
  /** @type {{ run: Run, color: string }[]} */
  let earlier = [];
  /** @type {number | null} */
  let emphasis = null;
  let spokenAt = 0;
  let colorsUsed = 0;

  const liveNames = spec.controls.filter((control) => control.live).map((control) => control.name);
  const live = () => Object.fromEntries(liveNames.map((name) => [name, settings()[name]]));
  const waits = (/** @type {string} */ name) =>
    trainer.run !== null &&
    !liveNames.includes(name) &&
    trainer.run.settings[name] !== settings()[name];
  const pending = () => names.some(waits);
  const fresh = () =>
    pending() || trainer.run === null || trainer.phase === "done" || trainer.phase === "failed";

  const trainer = new Trainer({
    ...evaluationPlan(spec.charts),
    createEngine: host.createEngine,
    settings,
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
  const charts = chartGrid(spec, scope, () => ({ run: trainer.run, earlier, emphasis }));
  const runs = runsTable(
    spec,
    {
      onUse: (old) => frame.adopt(old.settings),
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
  frame.mount({
    bar: bar.el,
    charts: charts.el,
    below: visible("runs") && runs.el,
    foot: [visible("numbers") && numbers.el, visible("csv") && csv],
  });
  bar.announce(null);
  afterPhase();

  function refreshControls() {
    frame.panel.markPending(waits);
    frame.refreshPresets();
    bar.setPhase(trainer.phase, { pending: pending(), run: trainer.run });
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
    frame.showPicture(!drawn || failed);
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

  function saveCsv() {
    const all = [...earlier.map((one) => one.run), ...(trainer.run ? [trainer.run] : [])];
    download(`${spec.name}.csv`, toCsv(all, names));
  }

  return () => {
    trainer.dispose();
    frame.destroy();
  };
}
