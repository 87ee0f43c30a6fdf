// Echo/Ping, one connection per user, which calls again as soon as the answer arrives.
import { sleep } from 'k6';
import grpc from 'k6/net/grpc';
import { answered, authorization, connect, now, options as of, rest } from './common.js';

export const options = of('grpc');

const client = new grpc.Client();
client.load(['../../proto'], 'echo.proto');
let connected = false;

export default function ping() {
  if (!connected) {
    connect(client);
    connected = true;
  }
  const began = now();
  const response = client.invoke('Echo/Ping', { message: 'hello' }, { metadata: authorization });
  answered(began, response.status === grpc.StatusOK && response.message.message === 'pong');
  sleep(rest(began) / 1000);
}
