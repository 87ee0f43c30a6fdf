// /ws: one socket per user, which sends the next message as soon as the last one is answered.
import { WebSocket } from 'k6/websockets';
import { setTimeout } from 'k6/timers';
import { answered, authorization, failed, going, now, options as of, rest, socketOrigin } from './common.js';

export const options = of('ws');

export default function socket() {
  const ws = new WebSocket(`${socketOrigin}/ws`, null, { headers: authorization });
  let began = 0;
  const send = () => {
    began = now();
    ws.send('{"message":"hello"}');
  };
  ws.onopen = send;
  ws.onmessage = (event) => {
    answered(began, JSON.parse(event.data).message === 'pong');
    if (going()) {
      setTimeout(send, rest(began));
    } else {
      ws.close();
    }
  };
  ws.onerror = () => failed.add(true);
}
