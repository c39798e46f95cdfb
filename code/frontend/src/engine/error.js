/** Failures that the reader is told about, in both languages. */

/** @typedef {import("../types.js").Text} Text */
/** @typedef {"no-wasm" | "blocked-file" | "bad-file" | "dead-kernel" | "not-a-number" | "python-error" | "bad-setting"} Code */

/** Not an `Error`: its message is in two languages, and it crosses from the worker as plain data. */
export class EngineError {
  /**
   * @param {Code} code
   * @param {Text} message what happened, and what to do
   */
  constructor(code, message) {
    this.code = code;
    this.message = message;
  }

  toString() {
    return `EngineError (${this.code}): ${this.message.en}`;
  }
}

/** @param {unknown} cause what the browser said */
export const noWasm = (cause) =>
  new EngineError("no-wasm", {
    zh: `这个浏览器不能运行WebAssembly（${said(cause)}），所以不能在页面里训练。请换一个较新的Chrome、Edge、Firefox或Safari，或者在JupyterLab里打开本节的笔记本。`,
    en: `This browser can't run WebAssembly (${said(cause)}), so nothing can train in the page. Use a recent Chrome, Edge, Firefox or Safari, or open the section's notebook in JupyterLab.`,
  });

/**
 * @param {string} file
 * @param {unknown} cause
 */
export const blockedFile = (file, cause) =>
  new EngineError("blocked-file", {
    zh: `取不到文件${file}（${said(cause)}）。请检查网络，或看看是否有插件或防火墙拦住了它，然后再按“运行”。`,
    en: `The file ${file} could not be loaded (${said(cause)}). Check the connection, and whether an extension or a firewall blocks it; then press Run again.`,
  });

/**
 * @param {string} file
 * @param {unknown} cause
 */
export const badFile = (file, cause) =>
  new EngineError("bad-file", {
    zh: `文件${file}取到了，但内容不对（${said(cause)}）：它可能损坏了，或者被中途改动过。请重新加载页面。`,
    en: `The file ${file} arrived, but its contents are wrong (${said(cause)}): it may be damaged, or changed on its way. Reload the page.`,
  });

/**
 * @param {string} metric
 * @param {number} step
 */
export const notANumber = (metric, step) =>
  new EngineError("not-a-number", {
    zh: `第${step}步的${metric}不再是有限的数：参数越走越大，超出了浮点数的范围。训练到此为止。把学习率调小，再运行一次。`,
    en: `At step ${step}, ${metric} is no longer a finite number: the parameters grew beyond what floating point can hold. Training stops here. Lower the learning rate and run again.`,
  });

/** @param {string} problem */
export const badSetting = (problem) =>
  new EngineError("bad-setting", { zh: `设置不对：${problem}。`, en: `A setting is wrong: ${problem}.` });

/** @param {number} seconds */
export const deadKernel = (seconds) =>
  new EngineError("dead-kernel", {
    zh: `Python内核${seconds}秒没有回应：它可能正忙于别的单元格、已经停止，或者断开了连接。等它空闲，或重启内核并重新运行这个单元格。`,
    en: `The Python kernel has not answered for ${seconds} s: it may be busy with another cell, stopped or disconnected. Wait until it is idle, or restart it and run this cell again.`,
  });

/**
 * The words of whatever was thrown.
 *
 * @param {unknown} cause
 */
function said(cause) {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.trim().replace(/\.$/, "");
}
