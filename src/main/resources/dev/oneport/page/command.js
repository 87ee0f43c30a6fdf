// The call of a lane as a command for a shell. The token is in a variable there, so that no command holds it.

import { state } from './state.js';

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Whether the call carries a token. */
export const carriesToken = (right) => Boolean(state.token) && !right.open;

/** One command; curl, grpcurl and wscat are what most people have. */
export function command({ id, right, method, path, body }) {
  const token = carriesToken(right) ? ' -H "authorization: Bearer $TOKEN"' : '';
  const { host, origin, protocol } = location;
  if (id === 'ws') {
    return `npx wscat -c ${quoted(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}${path}`)}${token} -x ${quoted(body)}`;
  }
  if (id === 'web') {
    return `grpcurl${protocol === 'https:' ? '' : ' -plaintext'}${token} -d ${quoted(body)} ${host.includes(':') ? host : `${host}:443`} ${path.slice(1)}`;
  }
  const data = method === 'GET' ? '' : ` -X ${method} -H 'content-type: application/json' -d ${quoted(body)}`;
  return `curl -i${token}${data} ${quoted(origin + path)}`;
}
