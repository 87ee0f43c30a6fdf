// What to do about each of the server's reasons, on every protocol.

const ADVICE = {
  CREDENTIALS_MISSING: 'Send a token: choose who you are above.',
  ACCESS_TOKEN_EXPIRED: 'Get a fresh token and call again, once.',
  ACCESS_TOKEN_INVALID: 'Check the token’s issuer and audience: the server must accept both.',
  ACCESS_TOKEN_REVOKED: 'Log in again: this token is accepted nowhere any more.',
  ACCESS_TOKEN_SIGNATURE_REMOVED:
    'Send the platform’s token in X-Serverless-Authorization, and this service’s in Authorization.',
  CERTIFICATE_EXPIRED: 'Renew the client’s certificate.',
  CERTIFICATE_INVALID: 'Check the client’s certificate: one of the server’s authorities must vouch for it, and it must name a caller.',
  CALLER_NOT_ALLOWED: 'Ask the operator for a rule that allows this caller.',
  MISDIRECTED_REQUEST: 'Use a host name that the server answers to.',
  LIMIT_EXCEEDED: 'Wait as long as the answer says, then call again.',
  KEYS_UNAVAILABLE: 'The issuer’s keys are unavailable: try again.',
  DRAINING: 'The server is stopping: try again on a new connection.',
  UPSTREAM_UNAVAILABLE: 'The service behind this one cannot be reached: repeat the call only if it may run twice.',
  UPSTREAM_TIMEOUT: 'The service behind this one took too long: repeat the call only if it may run twice.',
  BAD_REQUEST: 'The request is malformed: correct it.',
  MESSAGE_TOO_LARGE: 'Send less.',
  INTERNAL: 'Tell the operator.',
};

/** The reasons with which the gate refuses a call, or ends an open one. */
const GATE = new Set(Object.keys(ADVICE).slice(0, 12));

export const advice = (reason) => ADVICE[reason] ?? '';

/** Whether the gate refused the call, as opposed to a failure. */
export const refused = (reason) => GATE.has(reason);

/** The reason for a WebSocket's close code. */
export function ofClose(code, text) {
  const reasons = { 3003: 'CALLER_NOT_ALLOWED', 1013: 'LIMIT_EXCEEDED', 1001: 'DRAINING', 1007: 'BAD_REQUEST', 1009: 'MESSAGE_TOO_LARGE', 1011: 'INTERNAL' };
  if (code === 3000 && text.includes('certificate')) {
    return text.includes('expired') ? 'CERTIFICATE_EXPIRED' : 'CERTIFICATE_INVALID';
  }
  if (code === 3000) {
    if (text.includes('revoked')) {
      return 'ACCESS_TOKEN_REVOKED';
    }
    return text.includes('expired') ? 'ACCESS_TOKEN_EXPIRED' : 'ACCESS_TOKEN_INVALID';
  }
  if (code === 1013 && text.startsWith('the service behind')) {
    return text.includes('too long') ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_UNAVAILABLE';
  }
  return reasons[code] ?? '';
}
