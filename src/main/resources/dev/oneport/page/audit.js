// Reads the stream of this caller's audit lines, and opens it again when it ends.

import { time } from './answer.js';
import { badge, byId, fill, h } from './dom.js';
import { advice } from './reasons.js';
import { headers, listen, state } from './state.js';

const MOST_LINES = 200;
const OWN = /^HTTP GET \/(page\/.*)?$/;

let lines = [];
let dropped = 0;
let reading;

function live(kind, text) {
  fill(byId('live'), badge(kind, text), dropped > 0 && ` ${dropped} lines arrived too fast and were dropped.`);
}

async function follow(signal) {
  for (let wait = 500; !signal.aborted; wait = Math.min(wait * 2, 15_000)) {
    const { end, began } = await read(signal);
    if (signal.aborted) {
      return;
    }
    wait = began ? 500 : wait;
    if (end && !['DRAINING', 'LIMIT_EXCEEDED', 'KEYS_UNAVAILABLE'].includes(end)) {
      live('no', `${began ? 'ended' : 'not open'}: ${end}. ${advice(end)}`);
      return;
    }
    live('odd', `the stream ended${end ? ` (${end})` : ''}; reconnecting`);
    await new Promise((resolve) => {
      setTimeout(resolve, wait);
    });
  }
}

/** Reads one stream to its end; returns the reason for the end if the server sent one. */
async function read(signal) {
  let began = false;
  try {
    const response = await fetch('/page/calls', { signal, headers: headers(), credentials: 'omit', cache: 'no-store' });
    if (!response.ok) {
      return { began, end: (await response.json()).reason };
    }
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of chunks(response.body)) {
      if (!began) {
        began = true;
        live('yes', state.token
          ? 'live: each call of yours appears as it ends'
          : 'live: without a token, this tab’s calls, found by their trace; sockets have none');
      }
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = parts.pop();
      const entries = parts.filter(Boolean).map((part) => JSON.parse(part));
      const last = add(entries);
      if (last) {
        return { began, end: last };
      }
    }
  } catch {
    // The stream was cut off, as when its lease ends, or the server cannot be reached.
  }
  return { began };
}

async function* chunks(body) {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    yield value;
  }
}

function add(entries) {
  const calls = entries.filter((each) => each.call);
  dropped += entries.reduce((sum, each) => sum + (each.dropped ?? 0), 0);
  if (calls.length) {
    lines = [...calls.reverse().map((line) => ({ line, row: row(line) })), ...lines].slice(0, MOST_LINES);
    draw();
  }
  return entries.find((each) => each.end)?.end;
}

function row(line) {
  const { call } = line;
  const denied = call.decision === 'denied';
  const ended = call.event === 'ended' && call.reason;
  return h('details', { class: 'line' },
    h('summary', {},
      h('time', { datetime: line.time }, new Date(line.time).toLocaleTimeString('en-GB')),
      denied || ended ? badge('no', call.reason) : badge(call.caller ? 'yes' : 'open', call.event === 'started' ? 'started' : 'allowed'),
      h('code', { class: 'route' }, call.route),
      h('span', { class: 'state' }, call.status, ' ', h('span', { class: 'muted' }, call.reason ? '' : call.rule && `by ${call.rule}`)),
      h('span', { class: 'ms' }, call.latencySeconds === undefined ? '' : time(call.latencySeconds * 1000))),
    h('pre', { tabindex: '0', 'aria-label': 'Audit line' }, JSON.stringify(line, null, 2)));
}

function draw() {
  const shown = lines.filter(({ line }) => byId('own-lines').checked || !OWN.test(line.call.route));
  fill(byId('audit'), shown.length
    ? h('div', { class: 'card lines' }, shown.map((each) => each.row))
    : h('p', { class: 'card empty muted' }, 'Nothing yet. Make a call: its line appears here, as it does in the server’s log.'));
}

/** Starts to show the audit lines of the caller that the token names. */
export function start() {
  byId('own-lines').addEventListener('change', draw);
  byId('clear').addEventListener('click', () => {
    lines = [];
    dropped = 0;
    draw();
  });
  draw();
  listen((changed) => {
    if (changed === 'token') {
      reading?.abort();
      reading = new AbortController();
      live('busy', 'opening the stream');
      follow(reading.signal);
    }
  });
}
