// gRPC from a browser: gRPC-Web with fetch, for unary methods and server streams.

import { headers, state } from './state.js';
import { refused } from './reasons.js';
import { decode, encode, fromBase64 } from './protobuf.js';

const CODES = ['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS',
  'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED',
  'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'];

/** google.rpc.Status and its details, in the form in which the server describes messages. */
const text = (number, name) => ({ number, name, type: 'string' });
const DETAILS = {
  Status: [{ number: 1, name: 'code', type: 'int32' }, text(2, 'message'),
    { number: 3, name: 'details', type: 'message', of: 'Any', repeated: true }],
  Any: [text(1, 'typeUrl'), { number: 2, name: 'value', type: 'bytes' }],
  'google.rpc.ErrorInfo': [text(1, 'reason'), text(2, 'domain'),
    { number: 3, name: 'metadata', type: 'message', of: 'Entry', repeated: true, map: true }],
  'google.rpc.RetryInfo': [{ number: 1, name: 'retryDelay', type: 'message', of: 'Duration' }],
  Duration: [{ number: 1, name: 'seconds', type: 'int64' }, { number: 2, name: 'nanos', type: 'int32' }],
  Entry: [text(1, 'key'), text(2, 'value')],
};
const MOST_MESSAGES = 200;
const TRAILERS = 0x80;

/** The ErrorInfo in an error's details, in Connect's format; empty if there is none. */
export function infoOf(details) {
  const info = details?.find?.((detail) => detail.type === 'google.rpc.ErrorInfo');
  return info ? decode(fromBase64(info.value), info.type, DETAILS) : {};
}

/** The details of a status: known types with their fields, others as base64. */
function detailsOf(status) {
  return (status.details ?? []).map((any) => {
    const type = any.typeUrl.slice(any.typeUrl.lastIndexOf('/') + 1);
    const known = DETAILS[type] ? decode(fromBase64(any.value), type, DETAILS) : { base64: any.value };
    return { type, ...known };
  });
}

/** Calls the method of a permission, with an object as the message. */
export async function callGrpcWeb({ permission, path = `/${permission.name}`, message }, { signal, progress }) {
  const began = performance.now();
  const types = state.account?.types ?? {};
  const request = permission.input ? encode(message, permission.input, types) : new Uint8Array();
  const response = await fetch(path, {
    method: 'POST', signal, credentials: 'omit', cache: 'no-store', redirect: 'error',
    headers: headers({ 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' }), body: framed(request),
  });
  const answer = { status: '', verdict: 'busy', reason: '', text: '', messages: [],
    http: `${response.status} ${response.statusText}`.trim(), headers: [] };
  const trailers = new Map(['grpc-status', 'grpc-message', 'grpc-status-details-bin']
    .filter((name) => response.headers.has(name)).map((name) => [name, response.headers.get(name)]));
  for await (const { flags, bytes } of frames(response.body)) {
    if (flags & TRAILERS) {
      parse(bytes).forEach(([name, value]) => trailers.set(name, value));
    } else if (answer.messages.length === MOST_MESSAGES) {
      return { ...answer, verdict: 'stopped', text: `Stopped by this page after ${MOST_MESSAGES} messages.` };
    } else {
      const ms = performance.now() - began;
      answer.messages.push({ ms, text: JSON.stringify(permission.output ? decode(bytes, permission.output, types) : {}) });
      progress({ ...answer, ms });
    }
  }
  return { ...answer, ms: performance.now() - began, ...outcome(response, trailers) };
}

function outcome(response, trailers) {
  if (!trailers.has('grpc-status')) {
    return { status: `HTTP ${response.status}`, verdict: 'failed', text: 'The answer has no gRPC status: it was cut off, or is not gRPC.' };
  }
  const code = Number(trailers.get('grpc-status'));
  const told = trailers.get('grpc-status-details-bin');
  const details = told ? detailsOf(decode(fromBase64(told), 'Status', DETAILS)) : [];
  const reason = details.find((each) => each.type === 'google.rpc.ErrorInfo')?.reason ?? '';
  return {
    status: `${CODES[code] ?? 'UNKNOWN'} (${code})`, reason, details,
    verdict: code === 0 ? 'allowed' : refused(reason) ? 'refused' : 'failed',
    text: decodeURIComponent(trailers.get('grpc-message') ?? ''),
  };
}

function framed(message) {
  const frame = new Uint8Array(5 + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, 5);
  return frame;
}

async function* frames(body) {
  const reader = body.getReader();
  let left = new Uint8Array();
  try {
    for (;;) {
      while (left.length >= 5 && left.length >= 5 + sizeOf(left)) {
        const size = sizeOf(left);
        yield { flags: left[0], bytes: left.slice(5, 5 + size) };
        left = left.slice(5 + size);
      }
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      const more = new Uint8Array(left.length + value.length);
      more.set(left);
      more.set(value, left.length);
      left = more;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

const sizeOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);

function parse(bytes) {
  return new TextDecoder().decode(bytes).split('\r\n').filter((line) => line.includes(':')).map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
}
