// WebSockets. Browsers cannot set headers on them, so the token is sent as a second subprotocol, which the server never selects.

import { ask, state } from './state.js';
import { ofClose, refused } from './reasons.js';

const BEARER = 'base64url.bearer.authorization.oneport.dev.';
const MOST_MESSAGES = 200;

function protocols() {
  const token64 = btoa(state.token).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return state.token ? ['oneport', BEARER + token64] : [];
}

/**
 * Opens a socket, sends a text, and reports messages until the socket is closed.
 *
 * @param last whether to close the socket after the first answer
 */
export async function callSocket({ permission, path = permission.name, text, last }, { signal, progress, opened = () => {} }) {
  const began = performance.now();
  const url = new URL(path, location.href.replace(/^http/, 'ws'));
  const socket = new WebSocket(url, protocols());
  const answer = { status: 'connecting', verdict: 'busy', reason: '', text: '', messages: [], headers: [] };
  let open = false;
  const since = () => performance.now() - began;
  signal.addEventListener('abort', () => socket.close(1000));
  socket.onopen = () => {
    open = true;
    answer.status = '101 Switching Protocols';
    answer.headers = socket.protocol ? [['subprotocol', socket.protocol]] : [];
    socket.send(text);
    opened((more) => socket.send(more));
    progress({ ...answer, ms: since() });
  };
  socket.onmessage = ({ data }) => {
    answer.messages.push({ ms: since(), text: typeof data === 'string' ? data : `${data.size} bytes` });
    progress({ ...answer, ms: since() });
    if (last || answer.messages.length === MOST_MESSAGES) {
      socket.close(1000);
    }
  };
  const ended = await new Promise((resolve) => {
    socket.onclose = resolve;
  });
  const ms = answer.messages.at(-1)?.ms ?? since();
  return open ? closed(answer, ended, ms) : { ...answer, ms, ...(await unopened(permission, signal)) };
}

function closed(answer, { code, reason }, ms) {
  if (code === 1000 || code === 1005) {
    return { ...answer, ms, verdict: 'allowed', closed: 'closed 1000' };
  }
  const known = ofClose(code, reason);
  return { ...answer, ms, status: `closed ${code}`, reason: known, text: reason || 'The connection was lost.',
    verdict: refused(known) ? 'refused' : 'failed' };
}

/** Asks the server for the reason, because browsers do not reveal how an upgrade was answered. */
async function unopened({ route }, signal) {
  if (signal.aborted) {
    return { status: 'not opened', verdict: 'stopped' };
  }
  await ask();
  const now = state.account?.routes.find((each) => each.route === route);
  if (now && !now.allowed) {
    return { status: now.status, verdict: 'refused', reason: now.reason, text: state.account.problem?.detail ?? 'the caller may not call this',
      note: 'Browsers do not reveal how an upgrade was answered. This is the policy’s current decision.' };
  }
  return { status: 'not opened', verdict: 'failed',
    text: 'The policy allows this call: perhaps too many sockets are open, or the server is stopping.' };
}
