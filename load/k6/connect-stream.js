// Echo/Watch of 100 messages by the Connect protocol, in JSON; each answer is a whole stream.
import http from 'k6/http';
import { answered, authorization, now, options as of, origin } from './common.js';

export const options = of('connect-stream');

const MESSAGES = 100;
const headers = { ...authorization, 'Content-Type': 'application/connect+json', 'Connect-Protocol-Version': '1' };
const message = JSON.stringify({ message: 'hello', count: MESSAGES });
const frame = new Uint8Array(5 + message.length);
frame[4] = message.length; // Shorter than 256 bytes.
for (let i = 0; i < message.length; i++) {
  frame[5 + i] = message.charCodeAt(i);
}

export default function call() {
  const began = now();
  const response = http.post(`${origin}/Echo/Watch`, frame.buffer, { headers, responseType: 'binary' });
  answered(began, response.status === 200 && complete(new Uint8Array(response.body)));
}

/** Whether there are all messages, and the end of the stream without an error. */
function complete(bytes) {
  let messages = 0;
  for (let at = 0; at + 5 <= bytes.length; ) {
    const length = (bytes[at + 1] << 24) | (bytes[at + 2] << 16) | (bytes[at + 3] << 8) | bytes[at + 4];
    if (bytes[at] === 2) {
      const end = String.fromCharCode(...bytes.subarray(at + 5, at + 5 + length));
      return messages === MESSAGES && !end.includes('"error"');
    }
    messages += 1;
    at += 5 + length;
  }
  return false;
}
