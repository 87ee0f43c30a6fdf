// POST /Echo/Ping without a token, which is refused with 401.
import http from 'k6/http';
import { answered, now, options as of, origin } from './common.js';

http.setResponseCallback(http.expectedStatuses(401));
export const options = of('refused');

export default function call() {
  const began = now();
  const response = http.post(`${origin}/Echo/Ping`, '{}', { headers: { 'Content-Type': 'application/json' } });
  answered(began, response.status === 401);
}
