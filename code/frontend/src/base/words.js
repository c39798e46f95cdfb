/** The words of the interface, once, in both languages. */

/** @typedef {import("../types.js").Text} Text */

export const words = {
  run: { zh: "运行", en: "Run" },
  pause: { zh: "暂停", en: "Pause" },
  resume: { zh: "继续", en: "Resume" },
  again: { zh: "再运行一次", en: "Run again" },
  runNew: { zh: "用新设置运行", en: "Run new settings" },
  loading: { zh: "正在加载…", en: "Loading…" },
  step: { zh: "走一步", en: "Step" },
  stepHelp: { zh: "用一个小批量更新一次", en: "One update with one minibatch" },
  reset: { zh: "重置", en: "Reset" },
  resetHelp: { zh: "回到初始权重，保留设置", en: "Back to the initial weights; the settings stay" },
  settings: { zh: "设置", en: "Settings" },
  defaults: { zh: "恢复默认", en: "Defaults" },
  explain: { zh: "说明", en: "Explain" },
  live: { zh: "训练中可改", en: "live" },
  pending: { zh: "下次运行时生效", en: "Applies at the next run" },
  dice: { zh: "换一个随机种子", en: "Roll another seed" },
  presets: { zh: "预设", en: "Presets" },
  pictured: {
    zh: "图中是默认设置的一次运行。按“运行”，就在这里训练。",
    en: "The picture shows a run with the default settings. Press Run to train right here.",
  },
  pressRun: { zh: "按“运行”看结果。", en: "Press Run to see it." },
  link: { zh: "复制链接", en: "Copy link" },
  linkDone: { zh: "链接已复制，其中含有全部设置。", en: "Link copied; it holds all settings." },
  linkFailed: {
    zh: "无法写入剪贴板，请从地址栏复制。",
    en: "The clipboard is closed to this page; copy the address instead.",
  },
  language: { zh: "语言", en: "Language" },
  progress: { zh: "训练进度", en: "Training progress" },
  runs: { zh: "各次运行", en: "Runs" },
  shared: { zh: "各次相同：", en: "The same in all:" },
  current: { zh: "当前", en: "now" },
  runNumber: { zh: "序号", en: "Run" },
  steps: { zh: "步数", en: "steps" },
  use: { zh: "用这组设置", en: "Use" },
  remove: { zh: "移除", en: "Remove" },
  clear: { zh: "清除先前的运行", en: "Clear earlier runs" },
  csv: { zh: "下载CSV", en: "Download CSV" },
  csvHelp: {
    zh: "所有运行的设置和每一步的指标",
    en: "Settings and metrics of every step of all runs",
  },
  source: { zh: "查看代码", en: "Show the code" },
  sourceHelp: {
    zh: "实验室运行的就是这些函数，一字不差。",
    en: "These are the very functions that this lab runs.",
  },
  copy: { zh: "复制", en: "Copy" },
  copied: { zh: "已复制", en: "Copied" },
  numbers: { zh: "查看数据表", en: "Show the numbers" },
  epoch: { zh: "轮", en: "epoch" },
  stepAxis: { zh: "步", en: "step" },
  logAxis: { zh: "对数轴", en: "log" },
  smooth: { zh: "平滑", en: "smooth" },
  noData: { zh: "尚无数据", en: "no data yet" },
  truth: { zh: "实为", en: "is" },
  ready: { zh: "准备好了。", en: "Ready." },
  paused: { zh: "已暂停。", en: "Paused." },
  wasReset: { zh: "已重置：回到初始权重。", en: "Reset to the initial weights." },
  start: { zh: "开始", en: "Start" },
  picturedArrays: {
    zh: "图中是默认设置下的结果。移动任何一个控件，就在这里重新计算。",
    en: "The picture shows the default settings. Move any control and it is computed right here.",
  },
  liveNow: { zh: "移动控件，图马上重画。", en: "Move a control and the charts follow." },
  lookedUp: {
    zh: "网页里的数值由下面的代码事先算好，这里只是查表。",
    en: "On the page the values are looked up: the code below computed them beforehand.",
  },
  pin: { zh: "钉住", en: "Pin" },
  pinHelp: { zh: "留住现在的图，换了设置再比", en: "Keep the present charts to compare with" },
  unpin: { zh: "取下", en: "Unpin" },
  pinned: { zh: "钉住的", en: "pinned" },
  pinnedSame: { zh: "与现在相同", en: "the same as now" },
  noFinite: {
    zh: "这组设置下没有可画的数。",
    en: "There is nothing to draw at these settings.",
  },
  mean: { zh: "均值", en: "mean" },
  csvArrays: { zh: "图里画出的所有数", en: "All numbers that the charts draw" },
  on: { zh: "开", en: "on" },
  off: { zh: "关", en: "off" },
};

/** Names of metrics, for tables, status and summaries. */
const METRICS = {
  loss: { zh: "训练损失", en: "training loss" },
  accuracy: { zh: "训练精度", en: "training accuracy" },
  train_loss: { zh: "训练损失", en: "training loss" },
  train_accuracy: { zh: "训练精度", en: "training accuracy" },
  validation_loss: { zh: "验证损失", en: "validation loss" },
  validation_accuracy: { zh: "验证精度", en: "validation accuracy" },
  dead_units: { zh: "从不激活的单元", en: "units never active" },
  masked_1: { zh: "第一层方差，掩码后", en: "variance 1, masked" },
  masked_2: { zh: "第二层方差，掩码后", en: "variance 2, masked" },
  plain_1: { zh: "第一层方差，无掩码", en: "variance 1, no mask" },
  plain_2: { zh: "第二层方差，无掩码", en: "variance 2, no mask" },
  test_loss: { zh: "测试损失", en: "test loss" },
  test_accuracy: { zh: "测试精度", en: "test accuracy" },
};

/**
 * @param {string} name
 * @returns {Text}
 */
export function metricWords(name) {
  const plain = name.replaceAll("_", " ");
  return METRICS[/** @type {keyof typeof METRICS} */ (name)] ?? { zh: plain, en: plain };
}
