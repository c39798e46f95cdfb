/** A lab without a run: whenever a control moves, its arrays are computed anew and drawn. */

import { h, show } from "./base/dom.js";
import { both, same } from "./base/text.js";
import { words } from "./base/words.js";
import { chartGrid } from "./charts/charts.js";
import { labFrame } from "./frame.js";
import { pinBar } from "./panels/pin_bar.js";
import { arraysToCsv, download } from "./run/csv.js";
import { Redrawer } from "./run/redraw.js";
import { codeOf } from "./run/trainer.js";

/** @typedef {import("./types.js").Arrays} Arrays */
/** @typedef {import("./types.js").Settings} Settings */
/** @typedef {{ arrays: Arrays, settings: Settings }} Result */

/** An ear hears of a change when the control has rested so many ms. */
const REST_MS = 700;
/** A table is fetched when its lab is so near to the window. */
const NEAR = "300px";

/**
 * @param {HTMLElement} root
 * @param {import("./types.js").Spec} spec
 * @param {import("./types.js").Options} options
 * @param {import("./types.js").Host<import("./types.js").ArrayEngine>} host
 * @returns {() => void} takes everything away again
 */
export function renderArrayLab(root, spec, options, host) {
  /** @type {Result | null} */
  let now = null;
  /** @type {Result | null} */
  let pinned = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let rest;

  const frame = labFrame(root, spec, options, host, {
    onChange: () => changed(),
    onPreset: () => {},
    announce: (text) => bar.announce(text),
    pictured: words.picturedArrays,
  });
  const { scope, names, alert, settings, visible } = frame;
  const redrawer = new Redrawer({
    createEngine: host.createEngine,
    onPhase: (phase) => {
      root.dataset.phase = phase;
      bar.setPhase(phase);
    },
    onProgress: (progress) => bar.setLoading(progress),
    onArrays: (arrays, used) => drawn({ arrays, settings: used }),
    onError: (error) => failed(error),
  });
  const bar = pinBar(
    spec.controls,
    {
      onStart: () => changed(),
      onPin: () => pin(now),
      onUnpin: () => pin(null),
      note: spec.kind === "table" ? words.lookedUp : words.liveNow,
    },
    scope,
  );
  const charts = chartGrid(spec, scope, () => ({
    now: now?.arrays ?? null,
    pinned: pinned?.arrays ?? null,
  }));
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
  scope.attribute(csv, "title", words.csvArrays);
  frame.mount({ bar: bar.el, charts: charts.el, foot: [null, visible("csv") && csv] });
  root.classList.add("mlp-arrays");
  root.dataset.phase = redrawer.phase;
  bar.setPhase(redrawer.phase);
  bar.setPinned(null, settings());
  frame.refreshPresets();
  if (host.atOnce) startInView();

  function changed() {
    alert.clear();
    frame.refreshPresets();
    bar.setPinned(pinned?.settings ?? null, settings());
    redrawer.request(settings());
  }

  /** @param {Result} result */
  function drawn(result) {
    now = result;
    csv.disabled = false;
    show(charts.el, true);
    frame.showPicture(false);
    charts.schedule();
    clearTimeout(rest);
    rest = setTimeout(() => bar.say(same(charts.descriptions().at(-1) ?? "")), REST_MS);
  }

  /** @param {Result | null} result */
  function pin(result) {
    pinned = result;
    bar.setPinned(pinned?.settings ?? null, settings());
    charts.schedule();
  }

  /** @param {unknown} error */
  function failed(error) {
    alert.showError(error);
    if (codeOf(error) === "") console.error(error);
    if (!now) frame.showPicture(true);
  }

  function saveCsv() {
    const sets = [now, pinned].filter((one) => one !== null);
    download(`${spec.name}.csv`, arraysToCsv(sets, names));
  }

  function startInView() {
    if (!globalThis.IntersectionObserver) return changed();
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        changed();
      },
      { rootMargin: NEAR },
    );
    observer.observe(root);
    scope.add(() => observer.disconnect());
  }

  return () => {
    clearTimeout(rest);
    redrawer.dispose();
    root.classList.remove("mlp-arrays");
    frame.destroy();
  };
}
