// The call of a lane as a shell command. The token is in a shell variable, so that it is not part of the command.

import { state } from './state.js';

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Whether the call carries a token. */
export const carriesToken = (permission) => Boolean(state.token) && !permission.open;

/** The command, for the usual tools: curl, grpcurl and wscat. */
export function command({ id, permission, method, path, body }) {
  const token = carriesToken(permission) ? ' -H "authorization: Bearer $TOKEN"' : '';
  const { host, origin, protocol } = location;
  if (id === 'ws') {
    return `npx wscat -c ${quoted(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}${path}`)}${token} -x ${quoted(body)}`;
  }
  if (id === 'web') {
    return `grpcurl${protocol === 'https:' ? '' : ' -plaintext'}${token} -d ${quoted(body)} ${host.includes(':') ? host : `${host}:443`} ${path.slice(1)}`;
  }
  // A forward of HTTP may cover the same path.
  const connect = id === 'json' && state.account.routes.some((each) => each.protocol === 'HTTP' && each.name.endsWith('/**'))
    ? " -H 'connect-protocol-version: 1'" : '';
  const data = method === 'GET' ? '' : ` -X ${method} -H 'content-type: application/json' -d ${quoted(body)}`;
  return `curl -i${token}${connect}${data} ${quoted(origin + path)}`;
}
