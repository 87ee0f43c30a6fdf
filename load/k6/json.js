// POST /Echo/Ping in JSON (Connect), with a message of ONEPORT_SIZE bytes.
import http from 'k6/http';
import { answered, authorization, now, options as of, origin } from './common.js';

export const options = of('json');

const headers = { ...authorization, 'Content-Type': 'application/json' };
const body = JSON.stringify({ message: 'x'.repeat(Number(__ENV.ONEPORT_SIZE || 100)) });

export default function call() {
  const began = now();
  const response = http.post(`${origin}/Echo/Ping`, body, { headers });
  answered(began, response.status === 200 && response.json('message') === 'pong');
}
