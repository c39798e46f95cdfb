/** Small specs by the contract, with one control and one chart of every kind. */

/** @typedef {import("../../src/types.js").Spec} Spec */
/** @typedef {import("../../src/types.js").QuizSpec} QuizSpec */

const t = (/** @type {string} */ zh, /** @type {string} */ en) => ({ zh, en });

/** @type {Spec} */
export const lab = {
  name: "small",
  version: "1",
  title: t("小实验", "A small lab"),
  summary: t("看损失怎样下降。", "See how the loss falls."),
  controls: [
    {
      name: "lr",
      kind: "slider",
      label: t("学习率", "Learning rate"),
      help: t("步长", "Length of a step"),
      scale: "log",
      min: 0.001,
      max: 5,
      value: 0.1,
      live: true,
    },
    {
      name: "num_hiddens",
      kind: "slider",
      label: t("隐藏单元数", "Hidden units"),
      scale: "log",
      integer: true,
      min: 1,
      max: 1024,
      value: 256,
    },
    {
      name: "dropout",
      kind: "slider",
      label: t("暂退概率", "Dropout"),
      min: 0,
      max: 0.9,
      step: 0.05,
      value: 0,
      live: true,
    },
    {
      name: "depth",
      kind: "select",
      label: t("层数", "Layers"),
      options: [1, 2, 3].map((value) => ({ value, label: t(`${value}`, `${value}`) })),
      value: 1,
    },
    {
      name: "batch_size",
      kind: "select",
      label: t("批量大小", "Batch size"),
      options: [16, 32, 64, 128, 256].map((value) => ({
        value,
        label: t(`${value}张`, `${value} images`),
      })),
      value: 64,
    },
    { name: "centre", kind: "switch", label: t("减去平均", "Subtract the mean"), value: false },
    { name: "seed", kind: "seed", label: t("随机种子", "Seed"), value: 0, max: 9999 },
  ],
  presets: [
    {
      name: "large",
      label: t("学习率1.0", "Learning rate 1.0"),
      note: t("损失先跳后落。", "The loss jumps, then falls."),
      values: { lr: 1 },
    },
    {
      name: "narrow",
      label: t("只有4个单元", "Only 4 units"),
      note: t("容量太小。", "Too small."),
      values: { num_hiddens: 4 },
    },
  ],
  length: { steps: 40 },
  charts: [
    {
      kind: "lines",
      name: "loss",
      title: t("损失", "Loss"),
      x: "step",
      y: { label: t("奈特", "nats"), scale: "linear", min: 0, max: null },
      series: [
        { metric: "loss", label: t("训练", "training"), color: "loss" },
        { metric: "validation_loss", label: t("验证", "validation"), color: "validation" },
      ],
    },
    {
      kind: "images",
      name: "predictions",
      title: t("图片", "Images"),
      count: 24,
      classes: Array.from({ length: 10 }, (_, i) => t(`类${i}`, `class ${i}`)),
    },
    { kind: "region", name: "region", title: t("平面", "The plane") },
    { kind: "units", name: "units", title: t("单元", "Units") },
  ],
  reference_lines: [{ chart: "loss", y: 2.302585, label: t("ln 10：乱猜", "ln 10: a guess") }],
  table: ["lr", "num_hiddens", "depth", "centre", "seed"],
  results: ["loss", "validation_accuracy"],
  source: {
    init: "def init(noise, hyper):\n    return {}  # nothing\n",
    step: 'def step(state, batch, noise, hyper):\n    return state, {"loss": 0.5}\n',
  },
};

/** @type {QuizSpec} */
export const quiz = {
  id: "small",
  title: t("小测验", "A small quiz"),
  questions: [
    {
      id: "one",
      kind: "choice",
      prompt: t("ReLU(<code>-2</code>)是多少？", "What is ReLU(<code>-2</code>)?"),
      choices: [
        {
          text: t("0", "0"),
          right: true,
          feedback: t("负数变成0。", "Negative numbers become 0."),
        },
        { text: t("−2", "−2"), feedback: t("那是恒等函数。", "That is the identity.") },
        { text: t("2", "2"), feedback: t("那是绝对值。", "That is the absolute value.") },
      ],
    },
    {
      id: "several",
      kind: "multi",
      prompt: t("哪些是激活函数？", "Which are activation functions?"),
      choices: [
        { text: t("ReLU", "ReLU"), right: true, feedback: t("是。", "Yes.") },
        { text: t("tanh", "tanh"), right: true, feedback: t("是。", "Yes.") },
        { text: t("交叉熵", "cross-entropy"), feedback: t("那是损失。", "That is a loss.") },
      ],
    },
    {
      id: "number",
      kind: "number",
      prompt: t("ln 10是多少（两位小数）？", "What is ln 10, to two decimals?"),
      answer: 2.3,
      tolerance: 0.005,
      feedback: t("乱猜的损失。", "The loss of a guess."),
    },
  ],
};
