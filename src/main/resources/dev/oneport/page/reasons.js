// What the server's reasons mean for whoever gets one, on every protocol.

const ADVICE = {
  CREDENTIALS_MISSING: 'Send a token: choose who you are, above.',
  ACCESS_TOKEN_EXPIRED: 'Get a fresh token, once, and call again.',
  ACCESS_TOKEN_INVALID: 'Look at the token’s issuer and audience: this server must trust both.',
  ACCESS_TOKEN_SIGNATURE_REMOVED:
    'Send the platform’s token in X-Serverless-Authorization, and this service’s in Authorization.',
  CALLER_NOT_ALLOWED: 'Ask the operator for a rule that allows this caller.',
  MISDIRECTED_REQUEST: 'Ask for the server by a name that it answers to.',
  LIMIT_EXCEEDED: 'Wait as long as told, then call again.',
  KEYS_UNAVAILABLE: 'The issuer’s keys cannot be had now: try again.',
  DRAINING: 'The server is stopping: try again on a new connection.',
  UPSTREAM_UNAVAILABLE: 'The service behind this one cannot be reached: repeat the call only if it may run twice.',
  UPSTREAM_TIMEOUT: 'The service behind this one took too long: repeat the call only if it may run twice.',
  BAD_REQUEST: 'The request is malformed: correct it.',
  MESSAGE_TOO_LARGE: 'Send less.',
  INTERNAL: 'Tell the operator.',
};

/** Refusals that the gate makes, of a call or of one that was open. */
const GATE = new Set(Object.keys(ADVICE).slice(0, 9));

export const advice = (reason) => ADVICE[reason] ?? '';

/** Whether a call was refused, and did not just fail. */
export const refused = (reason) => GATE.has(reason);

/** What a WebSocket's close code says. */
export function ofClose(code, text) {
  const reasons = { 3003: 'CALLER_NOT_ALLOWED', 1013: 'LIMIT_EXCEEDED', 1001: 'DRAINING', 1007: 'BAD_REQUEST', 1009: 'MESSAGE_TOO_LARGE', 1011: 'INTERNAL' };
  if (code === 3000) {
    return text.includes('expired') ? 'ACCESS_TOKEN_EXPIRED' : 'ACCESS_TOKEN_INVALID';
  }
  if (code === 1013 && text.startsWith('the service behind')) {
    return text.includes('too long') ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_UNAVAILABLE';
  }
  return reasons[code] ?? '';
}
