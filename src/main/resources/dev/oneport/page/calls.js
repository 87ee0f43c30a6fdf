// One call, by the protocol of its route.

import { failure, show } from './answer.js';
import { callGrpcWeb } from './grpc.js';
import { callHttp } from './http.js';
import { callSocket } from './socket.js';
import { ask, state } from './state.js';

/** What goes into a field that a name says something about: a stream without an end or a pause is no good example. */
const SAMPLES = { message: 'hello', name: 'world', count: 5, intervalMs: 300 };
const TEXT = '{"message":"hello"}';

/** A message of a type with something in each of its fields. */
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

/** The ways in which a browser can call a route; none for what it cannot. */
export function ways(right) {
  if (right.protocol === 'HTTP') {
    const [method, path] = right.name.split(' ');
    return [{ id: 'http', label: 'fetch', right, method, path: path.replace(/\{(\w+)[^}]*\}/g, (_, name) => SAMPLES[name] ?? name), body: TEXT }];
  }
  if (right.protocol === 'WS') {
    return [{ id: 'ws', label: 'WebSocket', right, path: right.name, body: TEXT }];
  }
  const body = () => JSON.stringify(right.input ? sample(right.input) : { message: 'hello' });
  const web = { id: 'web', label: 'gRPC-Web', right, path: `/${right.name}`, body: right.input ? body() : '{}' };
  const json = { id: 'json', label: 'JSON, as Connect has it', right, method: 'POST', path: `/${right.name}`, body: body() };
  return { UNARY: right.json ? [web, json] : [web], SERVER_STREAMING: [web] }[right.kind] ?? [];
}

/** What is sent, in a line. */
export function line({ id, method, path, body }) {
  const words = { http: [method, path, method === 'GET' ? '' : body], json: [method, path, body], ws: [path, body], web: [path.slice(1), body] };
  return words[id].filter(Boolean).join(' ');
}

const CALLS = {
  http: ({ method, path, body }, hooks) => callHttp({ method, path, body }, hooks),
  json: ({ method, path, body }, hooks) => callHttp({ method, path, body }, hooks),
  web: ({ right, body }, hooks) => callGrpcWeb({ right, message: JSON.parse(body || '{}') }, hooks),
  ws: ({ right, body, last }, hooks) => callSocket({ right, text: body, last }, hooks),
};

/** Calls, shows what comes as it comes, and says how it ended. */
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
  if (way.right.allowed ? part.verdict === 'refused' : part.verdict === 'allowed') {
    // The rules have changed since, or the token has ended.
    ask();
  }
  return part;
}
