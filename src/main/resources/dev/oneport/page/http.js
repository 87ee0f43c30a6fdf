// Calls over HTTP, with fetch.

import { headers } from './state.js';
import { refused } from './reasons.js';
import { infoOf } from './grpc.js';

const MOST_TEXT = 64 * 1024;
const WORTH_SEEING = ['content-type', 'www-authenticate', 'retry-after', 'allow', 'accept-post', 'location', 'etag'];

/**
 * Makes a call, and reports progress while the response arrives.
 *
 * @returns the answer to show: status, verdict, reason, text, ms, headers, body
 */
export async function callHttp({ method, path, body, type, more = {} }, { signal, progress }) {
  const began = performance.now();
  const withBody = body && method !== 'GET' && method !== 'HEAD';
  const response = await fetch(path, {
    method, signal, credentials: 'omit', cache: 'no-store', redirect: 'manual',
    headers: headers(withBody ? { 'content-type': type ?? 'application/json', ...more } : more),
    body: withBody ? body : undefined,
  });
  const answer = {
    status: `${response.status} ${response.statusText}`.trim(), verdict: 'busy', reason: '', text: '',
    ms: performance.now() - began, headers: seen(response), body: '',
  };
  if (response.type === 'opaqueredirect') {
    return { ...answer, status: 'a redirect', verdict: 'failed', text: 'This page does not follow redirects.' };
  }
  progress(answer);
  answer.body = await text(response, (body) => progress({ ...answer, body }));
  return { ...answer, ms: performance.now() - began, ...outcome(response, answer.body) };
}

function seen(response) {
  return WORTH_SEEING.filter((name) => response.headers.has(name)).map((name) => [name, response.headers.get(name)]);
}

function outcome(response, body) {
  if (response.ok) {
    return { verdict: 'allowed' };
  }
  let problem = {};
  try {
    problem = JSON.parse(body);
  } catch {
    // Not an error that this server wrote.
  }
  const reason = problem.reason ?? infoOf(problem.details).reason ?? '';
  return { verdict: refused(reason) ? 'refused' : 'failed', reason, text: problem.detail ?? problem.message ?? '' };
}

/** The body as it arrives, up to a limit: a response may be endless. */
async function text(response, progress) {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let all = '';
  for (;;) {
    const { done, value } = reader ? await reader.read() : { done: true };
    if (done) {
      return all;
    }
    all += decoder.decode(value, { stream: true });
    if (all.length > MOST_TEXT) {
      await reader.cancel();
      return `${all.slice(0, MOST_TEXT)}\n… cut off here by this page`;
    }
    progress(all);
  }
}
