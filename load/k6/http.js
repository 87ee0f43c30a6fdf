// GET /ping, again as soon as the answer arrives.
import { sleep } from 'k6';
import http from 'k6/http';
import { answered, authorization, now, options as of, origin, rest } from './common.js';

export const options = of('http');

export default function ping() {
  const began = now();
  const response = http.get(`${origin}/ping`, { headers: authorization });
  answered(began, response.status === 200 && response.json('message') === 'pong');
  sleep(rest(began) / 1000);
}
