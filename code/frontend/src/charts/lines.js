/** Curves of metrics over the steps of a run, with those of earlier runs behind them. */

import { scaleLinear } from "d3-scale";
import { h, setAttributes, svg, uniqueId } from "../base/dom.js";
import { isShare, result, whole } from "../base/format.js";
import { say } from "../base/language.js";
import { both } from "../base/text.js";
import { words } from "../base/words.js";
import { makeScale, ticksOf, xAxis, yAxis } from "./axis.js";
import { extentOf, path, smooth } from "./curve.js";
import { legend } from "./legend.js";

/** @typedef {import("../types.js").LinesChart} LinesChart */
/** @typedef {import("../types.js").Series} Series */
/** @typedef {import("../run/record.js").Run} Run */
/** @typedef {import("../run/record.js").Points} Points */
/**
 * @typedef {{ run: Run | null, earlier: { run: Run, color: string }[], emphasis: number | null }} Drawn
 */

const MARGIN = { top: 10, right: 12, bottom: 34, left: 44 };
const SHAPE = { least: 210, most: 340, share: 0.48 };

/**
 * @param {LinesChart} chart
 * @param {import("../types.js").ReferenceLine[]} references
 * @param {import("../base/scope.js").Scope} scope
 */
export function linesChart(chart, references, scope) {
  const view = {
    log: chart.y?.scale === "log",
    smooth: true,
    width: 420,
    height: SHAPE.least,
    hover: /** @type {number | null} */ (null),
  };
  /** @type {Drawn} */
  let drawn = { run: null, earlier: [], emphasis: null };
  const clip = uniqueId("clip");
  const picture = svg("svg", { role: "img", class: "mlp-plot" });
  const key = legend(chart.series);
  const titleId = uniqueId("chart");
  const el = h(
    "div",
    { class: "mlp-chart mlp-chart-lines", "data-chart": chart.name },
    h(
      "div",
      { class: "mlp-chart-head" },
      h("p", { class: "mlp-chart-title", id: titleId }, both(chart.title)),
      switches(),
    ),
    key.el,
    picture,
  );

  function switches() {
    const make = (
      /** @type {"log" | "smooth"} */ name,
      /** @type {import("../types.js").Text} */ text,
    ) => {
      const box = h("input", {
        type: "checkbox",
        onchange: () => {
          view[name] = box.checked;
          draw();
        },
      });
      box.checked = view[name];
      return h("label", { class: "mlp-mini-check" }, box, h("span", {}, both(text)));
    };
    const perStep = chart.series.some((series) => !series.metric.startsWith("validation"));
    return h(
      "span",
      { class: "mlp-chart-tools" },
      perStep && make("smooth", words.smooth),
      make("log", words.logAxis),
    );
  }

  /** Steps across the whole axis: the longest run's. */
  const lengthOf = () =>
    Math.max(
      10,
      ...[drawn.run, ...drawn.earlier.map((one) => one.run)].map(
        (run) => run?.total || run?.step || 0,
      ),
    );

  function scales() {
    const { width, log } = view;
    const x = scaleLinear()
      .domain([0, lengthOf()])
      .range([MARGIN.left, width - MARGIN.right]);
    const runs = [drawn.run, ...drawn.earlier.map((one) => one.run)].filter((run) => run !== null);
    const lines = references.map((line) => line.y);
    const values = runs.flatMap((run) =>
      chart.series.flatMap((series) => shownValues(run, series)),
    );
    const { min, max } = chart.y ?? {};
    const fixed = [log && !(min && min > 0) ? null : min, max].filter(
      (end) => typeof end === "number",
    );
    const found = extentOf([...values, ...fixed, ...lines], log) ?? (log ? [0.1, 1] : [0, 1]);
    const y = makeScale(log ? "log" : "linear", found, [view.height - MARGIN.bottom, MARGIN.top]);
    return { x, y };
  }

  /** @param {Run} run @param {Series} series */
  function shownValues(run, series) {
    return shown(run, series).y;
  }

  /** @param {Run} run @param {Series} series @returns {Points} */
  function shown(run, series) {
    const points = run.metrics.get(series.metric) ?? { x: [], y: [] };
    if (!view.smooth || run.evaluated.has(series.metric)) return points;
    return smooth(points, Math.min(Math.max(run.total / 80, 1), 40));
  }

  /** @param {Run} run @param {ReturnType<typeof scales>} place */
  function ofRun(run, place) {
    return chart.series.flatMap((series) => {
      const style = `--mlp-line: var(--mlp-${series.color.replaceAll("_", "-")})`;
      const evaluated = run.evaluated.has(series.metric);
      const points = shown(run, series);
      const raw = run.metrics.get(series.metric);
      const noise =
        view.smooth &&
        !evaluated &&
        raw &&
        svg("path", { class: "mlp-line mlp-line-raw", style, d: path(raw, place.x, place.y) });
      const line = svg("path", {
        class: `mlp-line mlp-line-${series.color}`,
        style,
        d: path(points, place.x, place.y),
      });
      return [
        noise,
        line,
        evaluated && points.x.length <= 60 ? markers(points, place, style) : null,
      ];
    });
  }

  /**
   * @param {Points} points
   * @param {ReturnType<typeof scales>} place
   * @param {string} style
   */
  function markers(points, place, style) {
    const dots = points.x
      .map((x, i) => [place.x(x), place.y(points.y[i])])
      .filter(([, y]) => Number.isFinite(y))
      .map(([cx, cy]) => svg("circle", { cx: cx.toFixed(1), cy: cy.toFixed(1), r: 2.4 }));
    return svg("g", { class: "mlp-dots", style }, dots);
  }

  /** @param {Drawn["earlier"][number]} one @param {ReturnType<typeof scales>} place */
  function ofEarlier({ run, color }, place) {
    const strong = drawn.emphasis === run.id;
    return chart.series.map((series, i) =>
      svg("path", {
        class: [
          "mlp-line mlp-line-earlier",
          i > 0 && "mlp-line-dashed",
          strong && "mlp-line-strong",
        ]
          .filter(Boolean)
          .join(" "),
        style: `--mlp-line: var(--mlp-${color})`,
        d: path(shown(run, series), place.x, place.y),
      }),
    );
  }

  /**
   * @param {import("../types.js").ReferenceLine} line
   * @param {ReturnType<typeof scales>} place
   */
  function reference(line, place) {
    const y = Math.round(place.y(line.y)) + 0.5;
    if (!Number.isFinite(y)) return null;
    return svg(
      "g",
      { class: "mlp-reference" },
      svg("line", { x1: MARGIN.left, x2: view.width - MARGIN.right, y1: y, y2: y }),
      svg(
        "text",
        { x: view.width - MARGIN.right - 3, y: y - 5, "text-anchor": "end" },
        say(line.label),
      ),
    );
  }

  function axes(/** @type {ReturnType<typeof scales>} */ place) {
    const { width, log } = view;
    const bottom = view.height - MARGIN.bottom;
    const percent = chart.series.every((series) => isShare(series.metric));
    const label = chart.y?.label;
    return [
      yAxis(place.y, ticksOf(place.y, log ? "log" : "linear", 5), {
        left: MARGIN.left,
        right: width - MARGIN.right,
        percent,
      }),
      xAxis(place.x, place.x.ticks(width < 360 ? 3 : 5), {
        top: MARGIN.top,
        bottom,
        right: width - MARGIN.right,
      }),
      svg(
        "text",
        {
          class: "mlp-axis-label",
          x: width - MARGIN.right,
          y: view.height - 4,
          "text-anchor": "end",
        },
        say(words.stepAxis),
      ),
      label &&
        svg(
          "text",
          { class: "mlp-axis-label", x: MARGIN.left, y: view.height - 4 },
          `↑ ${say(label)}`,
        ),
    ];
  }

  function hoverLine(/** @type {ReturnType<typeof scales>} */ place) {
    if (view.hover === null) return null;
    const x = place.x(view.hover);
    return svg("line", {
      class: "mlp-hover",
      x1: x,
      x2: x,
      y1: MARGIN.top,
      y2: view.height - MARGIN.bottom,
    });
  }

  function draw() {
    const { width } = view;
    const place = scales();
    const inner = {
      x: MARGIN.left,
      y: MARGIN.top - 4,
      width: Math.max(width - MARGIN.left - MARGIN.right + 4, 1),
      height: view.height - MARGIN.top - MARGIN.bottom + 6,
    };
    setAttributes(picture, {
      viewBox: `0 0 ${width} ${view.height}`,
      width,
      height: view.height,
      "aria-label": description(),
    });
    picture.replaceChildren(
      svg("clipPath", { id: clip }, svg("rect", inner)),
      ...axes(place).filter((part) => part instanceof Node),
      svg(
        "g",
        { "clip-path": `url(#${clip})` },
        drawn.earlier.flatMap((one) => ofEarlier(one, place)),
        drawn.run ? ofRun(drawn.run, place) : [],
      ),
      ...[...references.map((line) => reference(line, place)), hoverLine(place)].filter(
        (part) => part !== null,
      ),
    );
    key.update(drawn.run, view.hover);
  }

  /** What the picture shows, in a sentence. */
  function description() {
    const { run } = drawn;
    if (!run || run.metrics.size === 0) return `${say(chart.title)}: ${say(words.noData)}`;
    const values = chart.series.map(
      (series) =>
        `${say(series.label)} ${result(series.metric, run.metrics.get(series.metric)?.y.at(-1))}`,
    );
    return `${say(chart.title)}: ${say(words.stepAxis)} ${whole(run.step)}; ${values.join(", ")}`;
  }

  let frame = 0;
  const drawSoon = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  };
  scope.add(() => cancelAnimationFrame(frame));
  picture.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    const at = scales().x.invert(((event.clientX - box.left) / box.width) * view.width);
    view.hover = drawn.run && at >= 0 && at <= lengthOf() ? Math.round(at) : null;
    drawSoon();
  });
  picture.addEventListener("pointerleave", () => {
    view.hover = null;
    drawSoon();
  });
  scope.onLanguage(draw);

  return {
    el,
    /** @param {Drawn} next */
    update(next) {
      drawn = next;
      draw();
    },
    /** @param {number} width of the place for the chart, in pixels */
    resize(width) {
      if (Math.abs(width - view.width) < 1 || width < 80) return;
      view.width = Math.round(width);
      view.height = Math.round(Math.min(Math.max(SHAPE.share * width, SHAPE.least), SHAPE.most));
      draw();
    },
  };
}
