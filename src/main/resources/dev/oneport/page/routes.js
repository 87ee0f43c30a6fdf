// All that is mounted, what this caller may do with it, and a form to call any of it.

import { badge, byId, field, fill, h } from './dom.js';
import { call, ways } from './calls.js';
import { listen, state } from './state.js';

const KINDS = { UNARY: '', SERVER_STREAMING: 'server stream', CLIENT_STREAMING: 'client stream', BIDI_STREAMING: 'both ways' };
const NAMES = { HTTP: 'HTTP', GRPC: 'gRPC', WS: 'WS' };

function shown() {
  return (state.account?.routes ?? []).filter((right) => !right.builtin || byId('own-routes').checked);
}

function decision(right) {
  if (right.open) {
    return badge('open', 'anyone');
  }
  return right.allowed ? badge('yes', 'you may') : badge('no', right.reason);
}

function row(right) {
  const callable = ways(right).length > 0;
  return h('tr', {},
    h('th', { scope: 'row' }, h('div', { class: 'route' }, h('span', { class: 'tag' }, NAMES[right.protocol]), h('code', {}, right.name),
      KINDS[right.kind] && h('span', { class: 'muted kind' }, KINDS[right.kind]))),
    h('td', {}, h('div', { class: 'may' }, decision(right), h('span', { class: 'muted' }, right.allowed ? right.rule : ''))),
    h('td', {}, callable
      ? h('button', { type: 'button', 'aria-label': `Call ${right.route}`, onclick: () => open(right, true) }, 'Call…')
      : h('span', { class: 'muted' }, 'not by browsers')));
}

function draw() {
  const rights = shown();
  const may = rights.filter((right) => right.allowed).length;
  byId('count').textContent = rights.length ? `${may} of ${rights.length} routes, by the policy that decides calls.` : '';
  if (!rights.length) {
    fill(byId('routes'), h('p', { class: 'card empty muted' }, 'Only callers who may see the routes are shown them.'));
    return;
  }
  fill(byId('routes'), h('div', { class: 'card scroll', tabindex: '0', role: 'region', 'aria-label': 'Routes' },
    h('table', {}, h('thead', {}, h('tr', {}, ['Route', 'Decision', ''].map((text) => h('th', { scope: 'col' }, text || h('span', { class: 'hidden' }, 'Call'))))),
      h('tbody', {}, rights.map(row)))));
}

let running;
let current;

/** The form for one route, in the panel beside the table. */
function open(right, focus) {
  running?.abort();
  current = right.route;
  const answer = h('div', { class: 'answer', role: 'status', 'aria-label': 'Answer' }, h('p', { class: 'muted' }, 'Not called yet.'));
  const choice = ways(right);
  const form = h('div', {});
  fill(byId('panel'), h('h3', {}, h('span', { class: 'tag' }, NAMES[right.protocol]), ' ', h('code', {}, right.name)),
    h('p', { class: 'may' }, decision(right), h('span', { class: 'muted' }, right.allowed ? right.rule : '')),
    choice.length > 1 && field('Spoken as', h('select', { onchange: (event) => fill(form, inputs(choice[event.target.selectedIndex], answer)) },
      choice.map((way) => h('option', {}, way.label)))), form, answer);
  fill(form, choice.length ? inputs(choice[0], answer) : h('p', { class: 'muted' },
    'Browsers cannot send a stream of gRPC messages. The client can: ', h('code', {}, './oneport call grpc --help')));
  byId('panel').classList.toggle('chosen', focus);
  if (focus) {
    byId('panel').focus();
  }
}

function inputs(way, answer) {
  const path = way.id === 'http' && h('input', { value: way.path, spellcheck: 'false', autocomplete: 'off', class: 'mono' });
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

/** Shows the routes from now on. */
export function start() {
  byId('own-routes').addEventListener('change', draw);
  listen((changed) => {
    draw();
    const rights = state.account?.routes ?? [];
    const same = rights.find((right) => right.route === current);
    const first = same ?? rights.find((right) => right.kind === 'SERVER_STREAMING' && !right.builtin) ?? rights.find((right) => !right.builtin);
    if (first && (changed === 'token' || !current)) {
      open(first, false);
    } else if (!first) {
      current = undefined;
    }
    byId('panel').hidden = !current;
  });
}
