// Echo/Chat: one stream per user, which sends the next message as soon as the last one is answered.
import grpc from 'k6/net/grpc';
import { answered, authorization, connect, failed, going, now, options as of } from './common.js';

export const options = of('stream');

const client = new grpc.Client();
client.load(['../../proto'], 'echo.proto');
let connected = false;

export default function chat() {
  if (!connected) {
    connect(client);
    connected = true;
  }
  const stream = new grpc.Stream(client, 'Echo/Chat', { metadata: authorization });
  let number = 0;
  let began = 0;
  const send = () => {
    number += 1;
    began = now();
    stream.write({ number, message: 'hello' });
  };
  stream.on('data', (message) => {
    answered(began, Number(message.number) === number && message.message === 'pong');
    if (going()) {
      send();
    } else {
      stream.end();
    }
  });
  // A stream that ends normally is reported as an error with code 0.
  stream.on('error', (error) => error.code !== 0 && failed.add(true));
  send();
}
