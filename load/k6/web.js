// Echo/Ping by gRPC-Web in protobuf.
import http from 'k6/http';
import { answered, authorization, now, options as of, origin } from './common.js';

export const options = of('web');

const headers = { ...authorization, 'Content-Type': 'application/grpc-web+proto', 'X-Grpc-Web': '1' };
const empty = new Uint8Array(5).buffer; // The frame of an empty message.
const text = (bytes) => String.fromCharCode(...new Uint8Array(bytes));

export default function call() {
  const began = now();
  const response = http.post(`${origin}/Echo/Ping`, empty, { headers, responseType: 'binary' });
  const said = text(response.body);
  answered(began, response.status === 200 && said.includes('pong') && /grpc-status: ?0/.test(said));
}
