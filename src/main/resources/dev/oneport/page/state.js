// What this tab knows: a token, kept here and nowhere else, and what the server says of whoever has it.

const listeners = new Set();

function hex(bytes) {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const state = {
  token: '',
  /** What /page/me says; undefined until it has answered. */
  account: undefined,
  /** Why it did not, if it did not. */
  trouble: '',
  /** The server's clock minus this one, in milliseconds. */
  skew: 0,
  trace: hex(16),
};

/** Hears of every change. */
export function listen(listener) {
  listeners.add(listener);
}

function tell(changed) {
  listeners.forEach((listener) => listener(changed));
}

/** Headers of a call: the token, and the trace by which its audit line is known to be this tab's. */
export function headers(more = {}) {
  const all = { traceparent: `00-${state.trace}-${hex(8)}-01`, ...more };
  return state.token ? { authorization: `Bearer ${state.token}`, ...all } : all;
}

/** What the token says of itself: nobody has looked at its signature here. Undefined if it cannot be read. */
export function claims(token = state.token) {
  try {
    const part = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Goes by another token from now on; none if it is empty. */
export async function become(token) {
  state.token = token.trim();
  await ask('token');
}

let asked = 0;

/** Asks the server anew whom the token names and what that caller may do. */
export async function ask(changed = 'account') {
  const turn = ++asked;
  let account;
  let trouble = '';
  try {
    const token = state.token ? { authorization: `Bearer ${state.token}` } : {};
    const answer = await fetch('/page/me', { headers: token, credentials: 'omit', cache: 'no-store' });
    const said = await answer.json();
    account = answer.ok ? said : { problem: { reason: said.reason, detail: said.detail }, dev: state.account?.dev, routes: [], types: {} };
  } catch {
    trouble = 'The server does not answer.';
  }
  if (turn !== asked) {
    return;
  }
  // What was known of the server beside the caller stays known while it does not answer.
  state.account = account ?? (changed === 'token' ? undefined : state.account);
  state.trouble = trouble;
  if (account?.now) {
    state.skew = Date.parse(account.now) - Date.now();
  }
  tell(changed);
}

/** How many seconds the token has left, by the server's clock; the server's allowance for other clocks is not counted. */
export function secondsLeft() {
  const until = Math.min(Date.parse(state.account?.caller?.until), (claims()?.exp ?? Infinity) * 1000);
  return until ? Math.max(0, Math.ceil((until - Date.now() - state.skew) / 1000)) : undefined;
}
