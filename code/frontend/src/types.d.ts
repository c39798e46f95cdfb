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
export type ChartSpec = LinesChart | ImagesChart | RegionChart | UnitsChart;

export interface ReferenceLine {
  chart: string;
  y: number;
  label: Text;
}

export interface Spec {
  name: string;
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
export interface Host {
  createEngine(): Engine;
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

export interface Part<T = unknown> {
  el: T;
  update?: () => void;
  destroy?: () => void;
}
