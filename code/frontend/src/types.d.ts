/** The shapes that the spec, the engines and the front end share. Python writes `Spec`; see `mlpbook/labs/spec.py`. */

export interface Text {
  zh: string;
  en: string;
}
export type Value = number | string | boolean;
export type Settings = Record<string, Value>;
export type Metrics = Record<string, number>;

interface ControlBase {
  name: string;
  label: Text;
  help?: Text | null;
  live?: boolean;
}
export interface SliderSpec extends ControlBase {
  kind: "slider";
  value: number;
  min: number;
  max: number;
  scale?: "log" | "linear";
  step?: number | null;
  integer?: boolean;
  /** The only values there are, rising; without them any number from `min` to `max`. */
  values?: number[];
}
export interface SelectSpec extends ControlBase {
  kind: "select";
  value: Value;
  options: { value: Value; label: Text }[];
}
export interface SwitchSpec extends ControlBase {
  kind: "switch";
  value: boolean;
}
export interface SeedSpec extends ControlBase {
  kind: "seed";
  value: number;
  min?: number;
  max?: number;
}
export type ControlSpec = SliderSpec | SelectSpec | SwitchSpec | SeedSpec;

export interface Preset {
  name: string;
  label: Text;
  note: Text;
  values: Settings;
}

export interface Series {
  metric: string;
  label: Text;
  color: string;
}
interface ChartBase {
  name: string;
  title: Text;
}
export interface LinesChart extends ChartBase {
  kind: "lines";
  x?: string;
  series: Series[];
  y?: { label?: Text; scale?: "log" | "linear"; min?: number | null; max?: number | null };
}
export interface ImagesChart extends ChartBase {
  kind: "images";
  count: number;
  classes: Text[];
}
export interface RegionChart extends ChartBase {
  kind: "region";
  value?: string;
}
export interface UnitsChart extends ChartBase {
  kind: "units";
  value?: string;
}
export interface AxisSpec {
  label: Text;
  scale: "log" | "linear";
  min: number | null;
  max: number | null;
}
export interface CurveSeries {
  x: string;
  y: string;
  label: Text;
  colors: string[];
  style: "line" | "dots" | "bars" | "step";
}
export interface Mark {
  label: Text;
  x: number | string | null;
  y: number | string | null;
  color: string;
}
export interface CurvesChart extends ChartBase {
  kind: "curves";
  x: AxisSpec;
  y: AxisSpec;
  series: CurveSeries[];
  marks: Mark[];
}
export interface HeatChart extends ChartBase {
  kind: "heat";
  value: string;
  label: Text;
  x: Text;
  y: Text;
  scale: "sequential" | "diverging";
  min: number | null;
  max: number | null;
}
export interface NumbersChart extends ChartBase {
  kind: "numbers";
  numbers: { value: string; label: Text; digits: number; percent: boolean }[];
}
export type ChartSpec =
  | LinesChart
  | ImagesChart
  | RegionChart
  | UnitsChart
  | CurvesChart
  | HeatChart
  | NumbersChart;

export interface ReferenceLine {
  chart: string;
  y: number;
  label: Text;
}

export interface Spec {
  name: string;
  /** Without it: a training run. */
  kind?: "training" | "curves" | "table";
  version: string;
  title: Text;
  summary: Text;
  controls: ControlSpec[];
  presets?: Preset[];
  length?: { control?: string; steps?: number };
  charts: ChartSpec[];
  reference_lines?: ReferenceLine[];
  table?: string[];
  results?: string[];
  source?: Record<string, string>;
}

export interface Options {
  values?: Settings;
  hide?: string[];
  compact?: boolean;
}

export interface Step {
  step: number;
  epoch: number;
  metrics: Metrics;
}
export interface ArrayData {
  shape: number[];
  dtype: string;
  data: ArrayLike<number>;
}
export type Arrays = Record<string, ArrayData>;
export interface Progress {
  loaded: number;
  total: number;
  what?: Text;
}

export interface Engine {
  load(onProgress?: (progress: Progress) => void): Promise<unknown>;
  init(settings: Settings): Promise<{ total_steps: number; steps_per_epoch: number }>;
  step(n: number, live: Settings): Promise<{ steps: Step[]; done: boolean }>;
  evaluate(what: string[]): Promise<{ metrics: Metrics; arrays: Arrays }>;
  dispose(): void | Promise<void>;
}

/** What a lab without a run needs: its arrays for some settings. */
export interface ArrayEngine {
  load(onProgress?: (progress: Progress) => void): Promise<unknown>;
  compute(settings: Settings): Promise<{ arrays: Arrays }>;
  dispose(): void | Promise<void>;
}

/** What anywidget hands to `render`, and what `page.js` makes for a page. */
export interface Model {
  get(name: string): any;
  set?(name: string, value: unknown): void;
  save_changes?(): void;
  on(event: string, callback: (...args: any[]) => void): void;
  off(event: string, callback?: (...args: any[]) => void): void;
  send?(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
}

/** What differs between the page and a notebook's kernel. */
export interface Host<E = Engine> {
  createEngine(): E;
  /** Whether a lab without a run starts by itself, when it comes into view. */
  atOnce?: boolean;
  /** The place for settings in the address; none in a notebook. */
  address?: { prefix: string } | null;
  /** The static picture, when the element holds none. */
  picture?: Element | null;
}

export interface Choice {
  text: Text;
  right?: boolean;
  feedback?: Text;
}
export interface Question {
  id: string;
  kind: "choice" | "multi" | "number";
  prompt: Text;
  choices?: Choice[];
  answer?: number;
  tolerance?: number;
  feedback?: Text;
}
export interface QuizSpec {
  id: string;
  title: Text;
  questions: Question[];
}
