// The three protocols side by side: one call on each, and whether they were told the same.

import { carriesToken, command } from './command.js';
import { badge, byId, copyButton, field, fill, h } from './dom.js';
import { call, line, ways } from './calls.js';
import { advice } from './reasons.js';
import { listen, state } from './state.js';

const LANES = [
  { protocol: 'HTTP', title: 'HTTP', how: 'by fetch' },
  { protocol: 'GRPC', title: 'gRPC', how: 'by gRPC-Web' },
  { protocol: 'WS', title: 'WebSocket', how: 'token as subprotocol' },
];

/** The calls that a lane offers; JSON is plain HTTP, and goes by the rule of its gRPC method. */
function offered({ protocol }) {
  const rights = (state.account?.routes ?? []).filter((right) => !right.builtin);
  const all = rights.flatMap(ways);
  const ids = { HTTP: ['json', 'http'], GRPC: ['web'], WS: ['ws'] }[protocol];
  // First what asks who calls: that is what there is to see here; without dev tokens, first what works.
  return all.filter((way) => ids.includes(way.id))
    .sort((one, other) => (state.account?.dev ? 0 : other.right.allowed - one.right.allowed) || one.right.open - other.right.open || Number(other.right.kind === 'UNARY') - Number(one.right.kind === 'UNARY'));
}

const name = (way) => (way.id === 'json' ? `POST ${way.path} as JSON` : way.id === 'web' ? way.right.name : way.right.name);

function build(lane) {
  lane.select = h('select', { onchange: () => { reset(lane); undecided(); } });
  lane.sent = h('p', { class: 'sent' });
  lane.may = h('p', { class: 'may' });
  lane.command = h('div', { class: 'command' });
  lane.answer = h('div', { class: 'answer', role: 'status', 'aria-label': `Answer on ${lane.title}` });
  lane.button = h('button', { type: 'button', class: 'call', id: `call-${lane.protocol.toLowerCase()}`, onclick: () => isBusy(lane.button) || run(lane) }, `Call by ${lane.title}`);
  lane.element = h('article', { class: 'card lane', 'aria-labelledby': `lane-${lane.protocol}` },
    h('header', {}, h('h3', { id: `lane-${lane.protocol}` }, lane.title), h('span', { class: 'muted' }, lane.how)),
    field('Call', lane.select), lane.sent, lane.may, lane.button, lane.answer, lane.command);
  return lane.element;
}

function chosen(lane) {
  return lane.ways?.find((way) => `${way.id} ${way.right.route}` === lane.select.value);
}

function update(lane) {
  const before = lane.select.value;
  lane.ways = offered(lane);
  fill(lane.select, lane.ways.map((way) => h('option', { value: `${way.id} ${way.right.route}` }, name(way))));
  if (lane.ways.some((way) => `${way.id} ${way.right.route}` === before)) {
    lane.select.value = before;
  }
  draw(lane);
}

function draw(lane) {
  const way = chosen(lane);
  lane.button.disabled = !way;
  lane.select.parentElement.hidden = !way;
  fill(lane.sent, way ? h('code', {}, line(way)) : nothing());
  fill(lane.may, way && may(way.right));
  fill(lane.command, way && shell(way));
}

/** What was answered to another call says nothing of this one. */
function reset(lane) {
  draw(lane);
  fill(lane.answer, h('p', { class: 'muted' }, 'Not called yet.'));
}

const nothing = () => (state.account?.routes.length
  ? 'Nothing is mounted for this protocol that a browser can call.'
  : 'Only callers who may see the routes are shown them.');

function may(right) {
  if (right.open) {
    return [badge('open', 'open to anyone'), h('span', { class: 'muted' }, right.rule)];
  }
  return right.allowed
    ? [badge('yes', 'you may'), h('span', { class: 'muted' }, right.rule)]
    : [badge('no', right.reason)];
}

/** The same call from a shell, where a variable holds the token. */
function shell(way) {
  const text = command(way);
  return h('details', {}, h('summary', {}, 'From a shell'),
    h('pre', { tabindex: '0', 'aria-label': 'Command' }, text), copyButton('Copy command', () => text),
    carriesToken(way.right) && h('p', { class: 'hint' }, 'Set TOKEN first: “Copy token” is at the top of the page.'));
}

const isBusy = (button) => button.getAttribute('aria-disabled') === 'true';
const busy = (button, on) => button.setAttribute('aria-disabled', String(on));

async function run(lane) {
  const way = chosen(lane);
  // Not disabled while it runs: the keyboard's focus would be lost.
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

/** What the gate said to all of them, if that was the same. */
function decided(answers) {
  const said = new Set(answers.map((answer) => answer.reason || answer.verdict));
  if (said.size !== 1) {
    drawGate('', badge('odd', 'the rules of these routes differ'));
    fill(byId('sum'), 'The rules of these routes differ, and so do the answers.');
    return;
  }
  const [answer] = answers;
  const kind = answer.verdict === 'allowed' ? 'yes' : answer.verdict === 'refused' ? 'no' : 'odd';
  const word = kind === 'yes' ? 'allowed' : answer.reason || answer.verdict;
  drawGate(kind, badge(kind, word));
  fill(byId('sum'), kind === 'yes' ? 'Allowed: the same decision on each of them.' : `${word}: the same decision, in each protocol’s own words. ${advice(answer.reason)}`.trim());
}

/** Before the first call, and when another one is chosen. */
function undecided() {
  fill(byId('sum'), 'Real calls: each leaves this browser and passes the guard of its protocol.');
  drawGate('');
}

function drawGate(kind, decision) {
  const { account, token } = state;
  const who = account?.caller?.name ?? (token ? 'a token that is not accepted' : 'nobody');
  byId('calls').dataset.decision = kind;
  fill(byId('gate'), h('span', { class: 'muted' }, 'one gate decides for'), h('strong', {}, who), decision);
}

/** Shows the lanes from now on. */
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
