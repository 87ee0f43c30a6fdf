// The state of this tab: a token, which is kept only here, and the server's account of its caller.

const listeners = new Set();

function hex(bytes) {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const state = {
  token: '',
  /** The answer of /page/me; undefined until it arrives. */
  account: undefined,
  /** Why there is no answer; otherwise empty. */
  trouble: '',
  /** The server's clock minus this one, in milliseconds. */
  skew: 0,
  trace: hex(16),
};

/** Adds a listener for changes. */
export function listen(listener) {
  listeners.add(listener);
}

function tell(changed) {
  listeners.forEach((listener) => listener(changed));
}

/** The headers of a call: the token, and the trace that marks its audit line as this tab's. */
export function headers(more = {}) {
  const all = { traceparent: `00-${state.trace}-${hex(8)}-01`, ...more };
  return state.token ? { authorization: `Bearer ${state.token}`, ...all } : all;
}

/** The token's claims, without checking its signature; undefined if they cannot be read. */
export function claims(token = state.token) {
  try {
    const part = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Switches to another token; an empty one means none. */
export async function become(token) {
  state.token = token.trim();
  await ask('token');
}

let asked = 0;

/** Asks the server again whom the token names and what that caller may do. */
export async function ask(changed = 'account') {
  const turn = ++asked;
  let account;
  let trouble = '';
  try {
    const token = state.token ? { authorization: `Bearer ${state.token}` } : {};
    const answer = await fetch('/page/me', { headers: token, credentials: 'omit', cache: 'no-store' });
    const body = await answer.json();
    account = answer.ok ? body : { problem: { reason: body.reason, detail: body.detail }, dev: state.account?.dev, routes: [], types: {} };
  } catch {
    trouble = 'The server does not answer.';
  }
  if (turn !== asked) {
    return;
  }
  // While the server does not answer, the last account stays, unless the token changed.
  state.account = account ?? (changed === 'token' ? undefined : state.account);
  state.trouble = trouble;
  if (account?.now) {
    state.skew = Date.parse(account.now) - Date.now();
  }
  tell(changed);
}

/** How many seconds the token has left by the server's clock, without the server's clock-skew allowance. */
export function secondsLeft() {
  const until = Math.min(Date.parse(state.account?.caller?.until), (claims()?.exp ?? Infinity) * 1000);
  return until ? Math.max(0, Math.ceil((until - Date.now() - state.skew) / 1000)) : undefined;
}
