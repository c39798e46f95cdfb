/** Files over the network: with progress, unpacked on the way, and given up when enough has come. */

import { EngineError, badFile, blockedFile } from "./error.js";

/** @typedef {(loaded: number, total: number) => void} OnBytes bytes come so far, and in all (0 where unknown) */

/**
 * @param {string} url
 * @returns {Promise<Response>}
 */
async function open(url) {
  const answer = await fetch(url).catch((cause) => {
    throw blockedFile(nameOf(url), cause);
  });
  if (!answer.ok) throw blockedFile(nameOf(url), `HTTP ${answer.status}`);
  return answer;
}

/**
 * A whole file, as it is.
 *
 * @param {string} url
 */
export async function readFile(url) {
  const answer = await open(url);
  const buffer = await answer.arrayBuffer().catch((cause) => {
    throw blockedFile(nameOf(url), cause);
  });
  return new Uint8Array(buffer);
}

/**
 * The first bytes of what is in a gzip file. A server that has unpacked it already is fine as well.
 *
 * @param {string} url
 * @param {{ wanted?: number, onBytes?: OnBytes }} [options] `wanted`: stop when so many bytes have been unpacked
 * @returns {Promise<Uint8Array>} at most `wanted` bytes; fewer when the file holds fewer
 */
export async function readGzip(url, { wanted = Infinity, onBytes = () => {} } = {}) {
  const answer = await open(url);
  if (!answer.body) throw blockedFile(nameOf(url), "no body");
  const packed = counted(answer.body, Number(answer.headers.get("content-length") ?? 0), onBytes, url);
  const [first, rest] = await peek(packed);
  const gzipped = first[0] === 0x1f && first[1] === 0x8b;
  const plain = gzipped ? rest.pipeThrough(new DecompressionStream("gzip")) : rest;
  try {
    return await collect(plain, wanted);
  } catch (cause) {
    throw cause instanceof EngineError ? cause : badFile(nameOf(url), cause);
  }
}

/**
 * The same bytes, counted as they pass; what breaks on the way is a blocked file.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @param {number} total
 * @param {OnBytes} onBytes
 * @param {string} url
 * @returns {ReadableStream<Uint8Array<ArrayBuffer>>}
 */
function counted(body, total, onBytes, url) {
  const reader = body.getReader();
  let loaded = 0;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read().catch((cause) => {
        throw blockedFile(nameOf(url), cause);
      });
      if (done) return controller.close();
      loaded += value.length;
      onBytes(loaded, total);
      controller.enqueue(/** @type {Uint8Array<ArrayBuffer>} */ (value));
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/**
 * The first piece of a stream, and the stream with that piece still in it.
 *
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 * @returns {Promise<[Uint8Array<ArrayBuffer>, ReadableStream<Uint8Array<ArrayBuffer>>]>}
 */
async function peek(stream) {
  const reader = stream.getReader();
  const { done, value: first = new Uint8Array(0) } = await reader.read();
  let given = done;
  const rest = new ReadableStream({
    async pull(controller) {
      if (!given) {
        given = true;
        return controller.enqueue(first);
      }
      const next = await reader.read();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return [first, rest];
}

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @param {number} wanted
 */
async function collect(stream, wanted) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  let size = 0;
  const reader = stream.getReader();
  while (size < wanted) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    size += value.length;
  }
  await reader.cancel().catch(() => {}); // enough has come: the rest need not be sent
  const whole = new Uint8Array(Math.min(size, wanted));
  let at = 0;
  for (const piece of pieces) {
    const part = piece.subarray(0, whole.length - at);
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {string} url */
export function nameOf(url) {
  return new URL(url).pathname.split("/").pop() ?? url;
}
