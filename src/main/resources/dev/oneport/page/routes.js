// All mounted routes, whether this caller may call them, and a form to call each.

import { badge, byId, field, fill, h } from './dom.js';
import { call, ways } from './calls.js';
import { listen, state } from './state.js';

const KINDS = { UNARY: '', SERVER_STREAMING: 'server stream', CLIENT_STREAMING: 'client stream', BIDI_STREAMING: 'both ways' };
const NAMES = { HTTP: 'HTTP', GRPC: 'gRPC', WS: 'WS' };

function shown() {
  return (state.account?.routes ?? []).filter((permission) => !permission.builtin || byId('own-routes').checked);
}

function decision(permission) {
  if (permission.open) {
    return badge('open', 'anyone');
  }
  return permission.allowed ? badge('yes', 'you may') : badge('no', permission.reason);
}

function row(permission) {
  const callable = ways(permission).length > 0;
  return h('tr', {},
    h('th', { scope: 'row' }, h('div', { class: 'route' }, h('span', { class: 'tag' }, NAMES[permission.protocol]), h('code', {}, permission.name),
      KINDS[permission.kind] && h('span', { class: 'muted kind' }, KINDS[permission.kind]))),
    h('td', {}, h('div', { class: 'may' }, decision(permission), h('span', { class: 'muted' }, permission.allowed ? permission.rule : ''))),
    h('td', {}, callable
      ? h('button', { type: 'button', 'aria-label': `Call ${permission.route}`, onclick: () => open(permission, true) }, 'Call…')
      : h('span', { class: 'muted' }, 'not from browsers')));
}

function draw() {
  const permissions = shown();
  const may = permissions.filter((permission) => permission.allowed).length;
  byId('count').textContent = permissions.length ? `${may} of ${permissions.length} routes, according to the policy.` : '';
  if (!permissions.length) {
    fill(byId('routes'), h('p', { class: 'card empty muted' }, 'Only callers who may list the routes see them.'));
    return;
  }
  fill(byId('routes'), h('div', { class: 'card scroll', tabindex: '0', role: 'region', 'aria-label': 'Routes' },
    h('table', {}, h('thead', {}, h('tr', {}, ['Route', 'Decision', ''].map((text) => h('th', { scope: 'col' }, text || h('span', { class: 'hidden' }, 'Call'))))),
      h('tbody', {}, permissions.map(row)))));
}

let running;
let current;

/** Shows the form for one route, in the panel beside the table. */
function open(permission, focus) {
  running?.abort();
  current = permission.route;
  const answer = h('div', { class: 'answer', role: 'status', 'aria-label': 'Answer' }, h('p', { class: 'muted' }, 'Not called yet.'));
  const choice = ways(permission);
  const form = h('div', {});
  fill(byId('panel'), h('h3', {}, h('span', { class: 'tag' }, NAMES[permission.protocol]), ' ', h('code', {}, permission.name)),
    h('p', { class: 'may' }, decision(permission), h('span', { class: 'muted' }, permission.allowed ? permission.rule : '')),
    choice.length > 1 && field('Protocol', h('select', { onchange: (event) => fill(form, inputs(choice[event.target.selectedIndex], answer)) },
      choice.map((way) => h('option', {}, way.label)))), form, answer);
  fill(form, choice.length ? inputs(choice[0], answer) : h('p', { class: 'muted' },
    'Browsers cannot stream gRPC requests. The command line can: ', h('code', {}, './oneport call grpc --help')));
  byId('panel').classList.toggle('chosen', focus);
  if (focus) {
    byId('panel').focus();
  }
}

function inputs(way, answer) {
  const pattern = way.permission.name.includes('*');
  const path = (way.id === 'http' || pattern) && h('input', { value: way.path, spellcheck: 'false', autocomplete: 'off', class: 'mono' });
  const bodyless = way.id === 'http' && (way.method === 'GET' || way.method === 'DELETE');
  const body = !bodyless && h('textarea', { rows: '3', spellcheck: 'false', class: 'mono' });
  if (body) {
    body.value = way.body;
  }
  const send = h('button', { type: 'submit', class: 'primary', id: 'send' }, way.id === 'ws' ? 'Open and send' : 'Send');
  const stop = h('button', { type: 'button', hidden: true, onclick: () => running?.abort() }, way.id === 'ws' ? 'Close' : 'Stop');
  let more;
  return h('form', { onsubmit: async (event) => {
    event.preventDefault();
    if (more) {
      more(body.value);
      return;
    }
    running = new AbortController();
    stop.hidden = false;
    send.disabled = way.id !== 'ws';
    await call({ ...way, path: path ? path.value : way.path, body: body ? body.value : '' }, answer,
      { signal: running.signal, opened: (say) => { more = say; send.textContent = 'Send another'; } });
    more = undefined;
    stop.hidden = true;
    send.disabled = false;
    send.textContent = way.id === 'ws' ? 'Open and send' : 'Send';
  } }, path && field('Path', path), body && field(way.id === 'ws' ? 'Text' : 'Body', body), h('div', { class: 'actions' }, send, stop));
}

/** Starts to show the routes. */
export function start() {
  byId('own-routes').addEventListener('change', draw);
  listen((changed) => {
    draw();
    const permissions = state.account?.routes ?? [];
    const same = permissions.find((permission) => permission.route === current);
    const first = same ?? permissions.find((permission) => permission.kind === 'SERVER_STREAMING' && !permission.builtin) ?? permissions.find((permission) => !permission.builtin);
    if (first && (changed === 'token' || !current)) {
      open(first, false);
    } else if (!first) {
      current = undefined;
    }
    byId('panel').hidden = !current;
  });
}
