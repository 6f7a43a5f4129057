import { constants, createContext } from 'node:vm';

/** A realm of its own with the globals of a page; Node's interceptors, which slow each look-up down, are left out. */
export function bareContext(): object {
  return Object.assign(createContext(constants.DONT_CONTEXTIFY), webGlobals());
}

/** What a page has. The buffers and errors are given too, so that what the globals make is of the bundle's own realm. */
function webGlobals(): Record<string, unknown> {
  return {
    AbortController,
    AbortSignal,
    ArrayBuffer,
    Blob,
    DOMException,
    DataView,
    Error,
    Headers,
    Promise,
    RangeError,
    ReadableStream,
    Request,
    Response,
    SharedArrayBuffer,
    TextDecoder,
    TextEncoder,
    TransformStream,
    TypeError,
    URL,
    URLSearchParams,
    Uint8Array,
    WritableStream,
    atob,
    btoa,
    clearTimeout,
    crypto,
    fetch,
    performance,
    queueMicrotask,
    setTimeout,
    structuredClone,
  };
}
