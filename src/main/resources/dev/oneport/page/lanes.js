// The three protocols side by side: one call on each, and whether the answers agree.

import { carriesToken, command } from './command.js';
import { badge, byId, copyButton, field, fill, h } from './dom.js';
import { call, line, ways } from './calls.js';
import { advice } from './reasons.js';
import { listen, state } from './state.js';

const LANES = [
  { protocol: 'HTTP', title: 'HTTP', how: 'with fetch' },
  { protocol: 'GRPC', title: 'gRPC', how: 'as gRPC-Web' },
  { protocol: 'WS', title: 'WebSocket', how: 'token as subprotocol' },
];

/** The calls that a lane offers; JSON is plain HTTP, but the rule of its gRPC method decides. */
function offered({ protocol }) {
  const permissions = (state.account?.routes ?? []).filter((permission) => !permission.builtin);
  const all = permissions.flatMap(ways);
  const ids = { HTTP: ['json', 'http'], GRPC: ['web'], WS: ['ws'] }[protocol];
  // Routes that need a caller come first, as they show most; without dev tokens, calls that are allowed come first.
  return all.filter((way) => ids.includes(way.id))
    .sort((one, other) => (state.account?.dev ? 0 : other.permission.allowed - one.permission.allowed) || one.permission.open - other.permission.open || Number(other.permission.kind === 'UNARY') - Number(one.permission.kind === 'UNARY'));
}

const name = (way) => (way.id === 'json' ? `POST ${way.path} as JSON` : way.id === 'web' ? way.permission.name : way.permission.name);

function build(lane) {
  lane.select = h('select', { onchange: () => { reset(lane); undecided(); } });
  lane.sent = h('p', { class: 'sent' });
  lane.may = h('p', { class: 'may' });
  lane.command = h('div', { class: 'command' });
  lane.answer = h('div', { class: 'answer', role: 'status', 'aria-label': `Answer on ${lane.title}` });
  lane.button = h('button', { type: 'button', class: 'call', id: `call-${lane.protocol.toLowerCase()}`, onclick: () => isBusy(lane.button) || run(lane) }, `Call over ${lane.title}`);
  lane.element = h('article', { class: 'card lane', 'aria-labelledby': `lane-${lane.protocol}` },
    h('header', {}, h('h3', { id: `lane-${lane.protocol}` }, lane.title), h('span', { class: 'muted' }, lane.how)),
    field('Call', lane.select), lane.sent, lane.may, lane.button, lane.answer, lane.command);
  return lane.element;
}

function chosen(lane) {
  return lane.ways?.find((way) => `${way.id} ${way.permission.route}` === lane.select.value);
}

function update(lane) {
  const before = lane.select.value;
  lane.ways = offered(lane);
  fill(lane.select, lane.ways.map((way) => h('option', { value: `${way.id} ${way.permission.route}` }, name(way))));
  if (lane.ways.some((way) => `${way.id} ${way.permission.route}` === before)) {
    lane.select.value = before;
  }
  draw(lane);
}

function draw(lane) {
  const way = chosen(lane);
  lane.button.disabled = !way;
  lane.select.parentElement.hidden = !way;
  fill(lane.sent, way ? h('code', {}, line(way)) : nothing());
  fill(lane.may, way && may(way.permission));
  fill(lane.command, way && shell(way));
}

/** Clears the answer, which belongs to another call. */
function reset(lane) {
  draw(lane);
  fill(lane.answer, h('p', { class: 'muted' }, 'Not called yet.'));
}

const nothing = () => (state.account?.routes.length
  ? 'Nothing is mounted for this protocol that a browser can call.'
  : 'Only callers who may list the routes see them.');

function may(permission) {
  if (permission.open) {
    return [badge('open', 'open to anyone'), h('span', { class: 'muted' }, permission.rule)];
  }
  return permission.allowed
    ? [badge('yes', 'you may'), h('span', { class: 'muted' }, permission.rule)]
    : [badge('no', permission.reason)];
}

/** The same call as a shell command, with the token in a variable. */
function shell(way) {
  const text = command(way);
  return h('details', {}, h('summary', {}, 'From a shell'),
    h('pre', { tabindex: '0', 'aria-label': 'Command' }, text), copyButton('Copy command', () => text),
    carriesToken(way.permission) && h('p', { class: 'hint' }, 'Set TOKEN first: “Copy token” is at the top of the page.'));
}

const isBusy = (button) => button.getAttribute('aria-disabled') === 'true';
const busy = (button, on) => button.setAttribute('aria-disabled', String(on));

async function run(lane) {
  const way = chosen(lane);
  // The button is not disabled while the call runs: it would lose the keyboard focus.
  busy(lane.button, true);
  const answer = await call({ ...way, last: true }, lane.answer);
  busy(lane.button, false);
  return answer;
}

async function runAll() {
  const button = byId('all');
  if (isBusy(button)) {
    return;
  }
  busy(button, true);
  decided(await Promise.all(LANES.filter(chosen).map(run)));
  busy(button, false);
}

/** Shows the gate's decision, if it was the same for all calls. */
function decided(answers) {
  const outcomes = new Set(answers.map((answer) => answer.reason || answer.verdict));
  if (outcomes.size !== 1) {
    drawGate('', badge('odd', 'the rules of these routes differ'));
    fill(byId('sum'), 'The rules of these routes differ, and so do the answers.');
    return;
  }
  const [answer] = answers;
  const kind = answer.verdict === 'allowed' ? 'yes' : answer.verdict === 'refused' ? 'no' : 'odd';
  const word = kind === 'yes' ? 'allowed' : answer.reason || answer.verdict;
  drawGate(kind, badge(kind, word));
  fill(byId('sum'), kind === 'yes' ? 'Allowed: the same decision on all three.' : `${word}: the same decision, in each protocol’s own words. ${advice(answer.reason)}`.trim());
}

/** Clears the decision, before the first call and when another call is chosen. */
function undecided() {
  fill(byId('sum'), 'Real calls: each one leaves this browser and passes its protocol’s guard.');
  drawGate('');
}

function drawGate(kind, decision) {
  const { account, token } = state;
  const who = account?.caller?.name ?? (token ? 'an invalid token' : 'nobody');
  byId('calls').dataset.decision = kind;
  fill(byId('gate'), h('span', { class: 'muted' }, 'one gate decides for'), h('strong', {}, who), decision);
}

/** Starts to show the lanes. */
export function start() {
  fill(byId('lanes'), LANES.map(build));
  byId('all').addEventListener('click', runAll);
  let before;
  listen((changed) => {
    LANES.forEach(update);
    const who = state.account?.caller?.name;
    if (changed === 'token' || who !== before) {
      LANES.forEach(reset);
      undecided();
    }
    before = who;
  });
}
