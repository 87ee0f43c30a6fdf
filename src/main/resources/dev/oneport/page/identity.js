// Who the caller is: a token minted by the dev server or pasted, its claims, and whom the server sees in it.

import { badge, byId, copyButton, field, fill, h } from './dom.js';
import { advice } from './reasons.js';
import { ask, become, claims, listen, secondsLeft, state } from './state.js';

const ALICE = 'alice@example.com';
const MALLORY = 'mallory@example.com';
const HOUR = 3600;

const notice = h('p', { class: 'notice', role: 'alert', hidden: true });

function say(text) {
  notice.textContent = text;
  notice.hidden = !text;
}

async function mint(caller, roles, seconds) {
  say('');
  try {
    const answer = await fetch('/dev/token', {
      method: 'POST', credentials: 'omit', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ caller, roles, seconds }),
    });
    const body = await answer.json();
    if (!answer.ok) {
      throw new Error(body.detail);
    }
    await become(body.token);
  } catch (error) {
    say(`The server issued no token: ${error.message}`);
  }
}

function preset(id, title, who, what, act) {
  return h('button', { type: 'button', class: 'preset', id, 'aria-pressed': 'false', onclick: act },
    h('strong', {}, title), h('span', { class: 'who-name' }, who), h('span', {}, what));
}

function presets(roles) {
  const titles = roles.length ? ['With every role', 'With no role'] : ['Somebody', 'Somebody else'];
  return h('div', { class: 'presets' },
    preset('as-alice', titles[0], ALICE, roles.length ? `role ${roles.join(', ')}` : 'a valid token', () => mint(ALICE, roles, HOUR)),
    preset('as-mallory', titles[1], MALLORY, 'a valid token', () => mint(MALLORY, [], HOUR)),
    preset('as-nobody', 'Without a token', 'nobody', 'only open routes', () => become('')));
}

/** Marks the chosen preset as pressed. */
function press() {
  const name = state.account?.caller?.name;
  const pressed = { 'as-alice': name === ALICE, 'as-mallory': name === MALLORY, 'as-nobody': !state.token };
  for (const [id, on] of Object.entries(pressed)) {
    byId(id)?.setAttribute('aria-pressed', String(on));
  }
}

function mintForm(roles) {
  const caller = h('input', { required: true, value: 'bob@example.com', autocomplete: 'off', spellcheck: 'false' });
  const wanted = h('input', { value: roles.join(', '), autocomplete: 'off', spellcheck: 'false' });
  const seconds = h('input', { type: 'number', min: '1', max: '86400', value: '60', required: true });
  return h('form', { class: 'row', onsubmit: (event) => {
    event.preventDefault();
    mint(caller.value, wanted.value.split(',').map((role) => role.trim()).filter(Boolean), Number(seconds.value));
  } }, field('Caller', caller), field('Roles', wanted), field('Seconds', seconds), h('button', { type: 'submit' }, 'Mint'));
}

function pasteForm() {
  const text = h('textarea', { rows: '3', spellcheck: 'false', autocomplete: 'off', required: true, class: 'mono' });
  return h('form', { onsubmit: (event) => {
    event.preventDefault();
    say('');
    become(text.value.replace(/^\s*(authorization:\s*)?bearer\s+/i, ''));
    text.value = '';
  } }, field('A token (JWT)', text, 'It stays in this tab, and is sent to this server only.'),
  h('button', { type: 'submit', id: 'use-token' }, 'Use this token'));
}

let offered;

/** Redraws the forms only if the server's dev roles change, to keep text that was typed. */
function offer() {
  const roles = state.account?.dev?.roles;
  const now = JSON.stringify(roles ?? null);
  if (now === offered) {
    return;
  }
  offered = now;
  fill(byId('become'),
    roles && [h('h3', { class: 'label' }, 'Call as'), presets(roles)],
    h('details', { id: 'other-token', open: !roles }, h('summary', {}, roles ? 'Another token' : 'Use a token'),
      roles && mintForm(roles), pasteForm()),
    !roles && h('button', { type: 'button', id: 'as-nobody', onclick: () => become('') }, 'Forget the token'),
    notice);
}

function person(caller) {
  return [
    h('p', { class: 'name' }, caller.name),
    h('p', { class: 'chips' }, badge('yes', 'verified by this server'),
      h('span', { class: 'chip' }, `issuer ${caller.issuer}`),
      caller.roles.map((role) => h('span', { class: 'chip' }, `role ${role}`))),
    h('p', { class: 'muted expiry' }, 'Valid for ', h('span', { id: 'left', role: 'timer' }), '. ', copyButton('Copy token', () => state.token)),
    h('progress', { id: 'life', max: '1', value: '1', 'aria-label': 'The remaining life of the token' }),
  ];
}

function nobody(problem) {
  const missing = !state.token;
  return [
    h('p', { class: 'name' }, missing ? 'Without a token' : 'Not known'),
    h('p', { class: 'chips' }, missing ? badge('open', 'open routes only') : badge('no', problem?.reason ?? 'not checked')),
    h('p', { class: 'muted' }, missing
      ? 'You may call the routes that are open to anyone.'
      : state.trouble || (claims() ? advice(problem?.reason ?? '') : 'This text is not a JWT: a JWT is three base64url parts, separated by dots.')),
  ];
}

function claimed() {
  const payload = state.token && claims();
  if (!payload) {
    return undefined;
  }
  const known = Boolean(state.account?.caller);
  return h('details', { class: 'claims' }, h('summary', {}, 'The token’s claims'),
    h('p', { class: 'hint' }, known
      ? 'Decoded in this tab. The server has verified this token’s signature and identified the caller above.'
      : 'Decoded in this tab and not verified: anybody can write such claims.'),
    h('pre', { tabindex: '0', 'aria-label': 'Claims' }, JSON.stringify(payload, null, 2)));
}

function draw() {
  const { account, trouble } = state;
  const open = byId('who').querySelector('.claims')?.open;
  fill(byId('who'), account?.caller ? person(account.caller) : nobody(account?.problem),
    trouble && h('p', { class: 'notice' }, trouble), claimed());
  if (open) {
    byId('who').querySelector('.claims')?.setAttribute('open', '');
  }
  fill(byId('whoami'), account?.caller ? badge('yes', account.caller.name) : state.token ? badge('no', account?.problem?.reason ?? 'not checked') : badge('open', 'no token'));
  offer();
  press();
  tick();
}

function clock(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return (parts[0] ? parts : parts.slice(1)).map((part, i) => (i ? String(part).padStart(2, '0') : part)).join(':');
}

let over = false;

function tick() {
  const left = secondsLeft();
  const payload = claims();
  // While the server checks a new token, the previous one is still shown.
  if (left === undefined || !payload || !byId('left')) {
    return;
  }
  byId('left').textContent = clock(left);
  const whole = payload.exp - (payload.iat ?? payload.exp - HOUR);
  // The claims of a new token may be anything.
  byId('life').value = whole > 0 ? Math.min(1, left / whole) : 0;
  if (left === 0 && !over) {
    ask();
  }
  over = left === 0;
}

/** Starts as a caller whose calls work if the server issues tokens, otherwise without a token. */
export async function begin() {
  await become('');
  const roles = state.account?.dev?.roles;
  if (roles) {
    await mint(ALICE, roles, HOUR);
  }
}

/** Starts to show who the caller is. */
export function start() {
  listen(draw);
  setInterval(tick, 1000);
}
