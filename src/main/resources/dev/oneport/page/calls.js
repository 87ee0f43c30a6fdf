// Makes one call, over the protocol of its route.

import { failure, show } from './answer.js';
import { callGrpcWeb } from './grpc.js';
import { callHttp } from './http.js';
import { callSocket } from './socket.js';
import { ask, state } from './state.js';

/** Sample values for fields with known names; a stream without end or pause would be a bad example. */
const SAMPLES = { message: 'hello', name: 'world', count: 5, intervalMs: 300 };
const TEXT = '{"message":"hello"}';

/** A sample message of a type, with a value in each field. */
export function sample(type, depth = 0) {
  const fields = state.account?.types?.[type] ?? [];
  const object = {};
  for (const { name, type: kind, of, repeated, map, values } of fields) {
    if (map || repeated || (kind === 'message' && depth > 1)) {
      continue;
    }
    const text = kind === 'string';
    const known = SAMPLES[name];
    if (known !== undefined && text === (typeof known === 'string')) {
      object[name] = known;
    } else if (kind === 'message') {
      object[name] = sample(of, depth + 1);
    } else if (kind === 'enum') {
      [object[name]] = Object.keys(values);
    } else if (kind !== 'bytes') {
      object[name] = text ? '' : kind === 'bool' ? false : 0;
    }
  }
  return object;
}

/** The methods of a forwarded route for any method. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** A path that a pattern matches; the user may change it. */
const example = (pattern) => pattern.replace(/\{(\w+)[^}]*\}/g, (_, name) => SAMPLES[name] ?? name)
  .replace(/\/\*\*$/, '/').replace(/\/\*(?=\/|$)/g, '/1');

/** The ways in which a browser can call a route; empty if it cannot. */
export function ways(permission) {
  if (permission.protocol === 'HTTP') {
    const [method, path] = permission.name.split(' ');
    return (method === '*' ? METHODS : [method]).map((each) => (
      { id: 'http', label: method === '*' ? each : 'fetch', permission, method: each, path: example(path), body: TEXT }));
  }
  if (permission.protocol === 'WS') {
    return [{ id: 'ws', label: 'WebSocket', permission, path: example(permission.name), body: TEXT }];
  }
  if (!permission.kind) {
    // A forwarded method whose schema the server does not know: an empty message is valid for any.
    return [{ id: 'web', label: 'gRPC-Web, empty message', permission, path: `/${permission.name}`, body: '{}' }];
  }
  const body = () => JSON.stringify(permission.input ? sample(permission.input) : { message: 'hello' });
  const web = { id: 'web', label: 'gRPC-Web', permission, path: `/${permission.name}`, body: permission.input ? body() : '{}' };
  const json = { id: 'json', label: 'JSON (Connect)', permission, method: 'POST', path: `/${permission.name}`, body: body() };
  return { UNARY: permission.json ? [web, json] : [web], SERVER_STREAMING: [web] }[permission.kind] ?? [];
}

/** The request on one line. */
export function line({ id, method, path, body }) {
  const words = { http: [method, path, method === 'GET' ? '' : body], json: [method, path, body], ws: [path, body], web: [path.slice(1), body] };
  return words[id].filter(Boolean).join(' ');
}

const CALLS = {
  http: ({ method, path, body }, hooks) => callHttp({ method, path, body }, hooks),
  json: ({ method, path, body }, hooks) => callHttp({ method, path, body, more: { 'connect-protocol-version': '1' } }, hooks),
  web: ({ permission, path, body }, hooks) => callGrpcWeb({ permission, path, message: JSON.parse(body || '{}') }, hooks),
  ws: ({ permission, path, body, last }, hooks) => callSocket({ permission, path, text: body, last }, hooks),
};

/** Makes a call, shows the answer as it arrives, and returns the result. */
export async function call(way, place, { signal = new AbortController().signal, opened } = {}) {
  let part = { status: 'calling', verdict: 'busy' };
  const progress = (now) => {
    part = now;
    show(place, part);
  };
  place.setAttribute('aria-busy', 'true');
  progress(part);
  try {
    progress(await CALLS[way.id](way, { signal, progress, opened }));
  } catch (error) {
    progress({ ...part, ...failure(error, signal) });
  }
  place.removeAttribute('aria-busy');
  if (way.permission.allowed ? part.verdict === 'refused' : part.verdict === 'allowed') {
    // The policy has changed in the meantime, or the token has expired.
    ask();
  }
  return part;
}
