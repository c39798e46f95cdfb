/** Named arrays over one pair of axes, and behind them those that the reader has pinned. */

import { h, setAttributes, svg, uniqueId } from "../base/dom.js";
import { number } from "../base/format.js";
import { say } from "../base/language.js";
import { both } from "../base/text.js";
import { words } from "../base/words.js";
import { fittedScale, ticksOf, xAxis, yAxis } from "./axis.js";
import { path } from "./curve.js";
import { key } from "./key.js";
import { linesOf, placesOf, spacing, steps } from "./series.js";

/** @typedef {import("../types.js").CurvesChart} CurvesChart */
/** @typedef {import("../types.js").Arrays} Arrays */
/** @typedef {import("./series.js").Line} Line */
/** @typedef {import("./axis.js").Scale} Scale */
/** @typedef {{ x: Scale, y: Scale }} Place */
/** @typedef {{ now: Arrays | null, pinned: Arrays | null }} Shown */

const MARGIN = { top: 10, right: 12, bottom: 34, left: 46 };
const SHAPE = { least: 220, most: 360, share: 0.56 };
const DOT = 2.6;
const FEW = 4; // lines of one colour; more are drawn thin, to stand behind the others
const MARKS_SAID = 6;

/**
 * @param {CurvesChart} chart
 * @param {import("../base/scope.js").Scope} scope
 */
export function curvesChart(chart, scope) {
  const view = { width: 420, height: SHAPE.least, hover: /** @type {number | null} */ (null) };
  /** @type {Shown} */
  let shown = { now: null, pinned: null };
  const clip = uniqueId("clip");
  const picture = svg("svg", { role: "img", class: "mlp-plot" });
  const names = key(chart);
  const el = h(
    "div",
    { class: "mlp-chart mlp-chart-curves", "data-chart": chart.name },
    h("div", { class: "mlp-chart-head" }, h("p", { class: "mlp-chart-title" }, both(chart.title))),
    names.el,
    picture,
  );

  /** @param {Arrays | null} arrays @returns {Line[]} */
  const lines = (arrays) =>
    arrays ? chart.series.flatMap((series) => linesOf(series, arrays)) : [];
  /** @param {Arrays | null} arrays */
  const marks = (arrays) =>
    arrays
      ? chart.marks.flatMap((mark) => placesOf(mark, arrays).map((at) => ({ mark, ...at })))
      : [];

  /** @returns {Place} */
  function scales() {
    const all = [...lines(shown.now), ...lines(shown.pinned)];
    const bars = all.filter(({ series }) => series.style === "bars");
    const half = bars.length ? Math.min(...bars.map(({ points }) => spacing(points.x))) / 2 : 0;
    const air = Number.isFinite(half) ? half : 0.5;
    const xs = all.flatMap(({ points }) => points.x.filter((_, i) => Number.isFinite(points.y[i])));
    const placed = marks(shown.now);
    return {
      x: fittedScale(
        chart.x,
        [...xs, ...xs.flatMap((x) => (air ? [x - air, x + air] : [])), ...placed.map(({ x }) => x)],
        [MARGIN.left, view.width - MARGIN.right],
        { round: false },
      ),
      y: fittedScale(
        chart.y,
        [
          ...all.flatMap(({ points }) => points.y),
          ...placed.map(({ y }) => y),
          bars.length && chart.y.scale === "linear" ? 0 : null,
        ],
        [view.height - MARGIN.bottom, MARGIN.top],
        { round: true },
      ),
    };
  }

  /** @param {Line[]} drawn @param {Place} place @param {boolean} ghost */
  function shapes(drawn, place, ghost) {
    const bars = drawn.filter(({ series }) => series.style === "bars");
    return drawn.map((line) => {
      const attributes = {
        class: ghost ? "mlp-curve mlp-curve-pinned" : "mlp-curve",
        style: `--mlp-line: var(--mlp-${line.color.replaceAll("_", "-")})`,
        "data-y": line.series.y,
      };
      switch (line.series.style) {
        case "dots":
          attributes.class += " mlp-dots";
          return svg("g", attributes, dots(line, place));
        case "bars":
          attributes.class += " mlp-bars";
          return svg("g", attributes, rectangles(line, place, bars.indexOf(line), bars.length));
        default: {
          const many = drawn.filter(({ series, color }) => series === line.series && color === line.color);
          if (many.length > FEW && !ghost) attributes.class += " mlp-line-earlier";
          const points = line.series.style === "step" ? steps(line.points) : line.points;
          const d = path(points, place.x, place.y);
          return svg("path", { ...attributes, class: `${attributes.class} mlp-line`, d });
        }
      }
    });
  }

  /** @param {Line} line @param {Place} place */
  function dots({ points }, place) {
    return points.x.map((x, i) => {
      const [cx, cy] = [place.x(x), place.y(points.y[i])];
      if (!Number.isFinite(cx + cy)) return null;
      return svg("circle", { cx: fixed(cx), cy: fixed(cy), r: DOT });
    });
  }

  /**
   * Bars of several series stand side by side.
   *
   * @param {Line} line
   * @param {Place} place
   * @param {number} nth
   * @param {number} of
   */
  function rectangles({ points }, place, nth, of) {
    const gap = spacing(points.x);
    const whole = Number.isFinite(gap)
      ? 0.8 * Math.abs(place.x(points.x[0] + gap) - place.x(points.x[0]))
      : 40;
    const width = Math.max(whole / of, 1);
    const [bottom, top] = place.y.domain();
    const base = place.y(Math.min(Math.max(0, bottom), top));
    return points.x.map((x, i) => {
      const [left, y] = [place.x(x) - whole / 2 + nth * width, place.y(points.y[i])];
      if (!Number.isFinite(left + y)) return null;
      const box = { x: fixed(left), width: fixed(width), y: fixed(Math.min(y, base)) };
      return svg("rect", { ...box, height: fixed(Math.max(Math.abs(base - y), 0.5)) });
    });
  }

  /** @param {ReturnType<typeof marks>} placed @param {Place} place */
  function markers(placed, place) {
    return placed.map(({ mark, x, y }) => {
      const style = `--mlp-line: var(--mlp-${mark.color.replaceAll("_", "-")})`;
      const across = x === null ? null : place.x(x);
      const up = y === null ? null : place.y(y);
      if (![across, up].every((at) => at === null || Number.isFinite(at))) return null;
      if (across !== null && up !== null) {
        const center = { cx: fixed(across), cy: fixed(up), r: 5 };
        return svg("circle", { class: "mlp-mark-point", style, ...center });
      }
      const ends =
        across !== null
          ? { x1: across, x2: across, y1: MARGIN.top, y2: view.height - MARGIN.bottom }
          : { x1: MARGIN.left, x2: view.width - MARGIN.right, y1: up, y2: up };
      return svg("line", { class: "mlp-mark-line", style, ...ends });
    });
  }

  /** @param {Place} place */
  function axes(place) {
    const [right, bottom] = [view.width - MARGIN.right, view.height - MARGIN.bottom];
    const label = { class: "mlp-axis-label", y: view.height - 4 };
    return [
      yAxis(place.y, ticksOf(place.y, chart.y.scale, 5), { left: MARGIN.left, right }),
      xAxis(place.x, ticksOf(place.x, chart.x.scale, view.width < 360 ? 3 : 5), {
        top: MARGIN.top,
        bottom,
        right,
      }),
      svg("text", { ...label, x: right, "text-anchor": "end" }, `${say(chart.x.label)} →`),
      svg("text", { ...label, x: MARGIN.left }, `↑ ${say(chart.y.label)}`),
    ];
  }

  function draw() {
    const { width, height } = view;
    const [now, pinned] = [lines(shown.now), lines(shown.pinned)];
    const place = scales();
    setAttributes(picture, {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      "aria-label": description(),
    });
    const inner = {
      x: MARGIN.left - 1,
      y: MARGIN.top - 4,
      width: Math.max(width - MARGIN.left - MARGIN.right + 2, 1),
      height: height - MARGIN.top - MARGIN.bottom + 6,
    };
    picture.replaceChildren(
      svg("clipPath", { id: clip }, svg("rect", inner)),
      ...axes(place),
      svg(
        "g",
        { "clip-path": `url(#${clip})` },
        shapes(pinned, place, true),
        shapes(now, place, false),
        markers(marks(shown.now), place),
      ),
      ...nothing(now),
      ...hoverLine(place),
    );
    names.update(now, shown.now, view.hover);
  }

  /** @param {Line[]} now */
  function nothing(now) {
    if (!shown.now || now.length) return [];
    const middle = { x: (MARGIN.left + view.width) / 2, y: view.height / 2 };
    return [svg("text", { ...middle, "text-anchor": "middle" }, say(words.noFinite))];
  }

  /** @param {Place} place */
  function hoverLine(place) {
    if (view.hover === null) return [];
    const x = place.x(view.hover);
    const ends = { x1: x, x2: x, y1: MARGIN.top, y2: view.height - MARGIN.bottom };
    return [svg("line", { class: "mlp-hover", ...ends })];
  }

  /** What the picture shows: the ends of each curve, its range, and the marks. */
  function description() {
    const { now } = shown;
    if (!now) return `${say(chart.title)}: ${say(words.noData)}`;
    const curves = chart.series.flatMap((series) => {
      const found = linesOf(series, now).flatMap(({ points }) => points.y.filter(Number.isFinite));
      if (!found.length) return [];
      const range = `${number(least(found))} … ${number(-least(found.map((y) => -y)))}`;
      return `${say(series.label)} ${range}`;
    });
    const placed = marks(now)
      .slice(0, MARKS_SAID)
      .map(({ mark, x, y }) => {
        const at = [x, y].filter((one) => one !== null).map((one) => number(one));
        return `${say(mark.label)} ${at.join(", ")}`;
      });
    const all = [...curves, ...placed];
    return `${say(chart.title)}: ${all.length ? all.join("; ") : say(words.noFinite)}`;
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
    const x = scales().x;
    const at = x.invert(((event.clientX - box.left) / box.width) * view.width);
    const [low, high] = x.domain();
    view.hover = shown.now && at >= low && at <= high ? at : null;
    drawSoon();
  });
  picture.addEventListener("pointerleave", () => {
    view.hover = null;
    drawSoon();
  });
  scope.onLanguage(draw);

  return {
    el,
    description,
    /** @param {Shown} next */
    update(next) {
      shown = next;
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

/** @param {number} value */
const fixed = (value) => value.toFixed(1);

/** @param {number[]} values */
const least = (values) => values.reduce((low, value) => Math.min(low, value), Infinity);

