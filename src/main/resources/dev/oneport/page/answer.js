// Shows the answer to a call, the same for every protocol.

import { badge, fill, h, pretty } from './dom.js';
import { advice } from './reasons.js';

const VERDICTS = {
  allowed: ['yes', 'Answered'], refused: ['no', 'Refused'], failed: ['odd', 'Failed'],
  stopped: ['open', 'Stopped'], busy: ['busy', 'In progress'],
};

/** Replaces the previous answer with a new one. */
export function show(place, answer) {
  const [kind, word] = VERDICTS[answer.verdict];
  fill(place,
    h('div', { class: 'verdict' }, badge(kind, answer.reason ? h('span', { class: 'reason' }, answer.reason) : word), answer.ms !== undefined && h('span', { class: 'ms' }, time(answer.ms))),
    h('p', { class: `status ${kind}` }, answer.status),
    answer.text && h('p', {}, sentence(answer.text)),
    advice(answer.reason) && h('p', { class: 'advice' }, advice(answer.reason)),
    answer.note && h('p', { class: 'hint' }, answer.note),
    ...bodies(answer), more(answer));
}

/** The result of a call that failed before there was an answer. */
export function failure(error, signal) {
  return signal?.aborted
    ? { status: 'stopped', verdict: 'stopped', text: 'Stopped by you.' }
    // fetch fails with a TypeError; any other error comes from building the request.
    : { status: error instanceof TypeError ? 'no answer' : 'not sent', verdict: 'failed', text: error.message };
}

const sentence = (text) => text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');

export const time = (ms) => (ms < 100 ? `${ms.toFixed(1)} ms` : ms < 10_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`);

function bodies({ body, messages, verdict }) {
  if (messages?.length === 1) {
    return [code(pretty(messages[0].text))];
  }
  if (messages?.length) {
    return [h('ol', { class: 'messages', tabindex: '0', 'aria-label': 'Messages' },
      messages.map(({ ms, text }) => h('li', {}, h('span', { class: 'ms' }, time(ms)), h('code', {}, text))))];
  }
  return body && verdict !== 'refused' ? [code(pretty(body))] : [];
}

const code = (text) => h('pre', { tabindex: '0', 'aria-label': 'Answer' }, text);

/** The response's headers and details. */
function more({ headers = [], details = [], http, body, verdict, closed }) {
  const rows = [...headers];
  if (http) {
    rows.unshift(['HTTP', http]);
  }
  if (closed) {
    rows.push(['then', closed]);
  }
  const hidden = verdict === 'refused' && body;
  if (!rows.length && !details.length && !hidden) {
    return undefined;
  }
  return h('details', {}, h('summary', {}, 'Details'),
    h('dl', {}, rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
    details.map(({ type, ...fields }) => [h('p', { class: 'type' }, type), code(JSON.stringify(fields, null, 2))]),
    hidden && code(pretty(body)));
}
