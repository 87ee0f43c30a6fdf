// Makes the same calls with each client and prints the results, one line per call.
// Environment: ONEPORT_URL, ONEPORT_TOKEN, ONEPORT_SCHEMA (a file with a FileDescriptorSet).
import { readFileSync } from 'node:fs';
import { create, createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import * as node from '@connectrpc/connect-node';
import * as web from '@connectrpc/connect-web';
import grpcWeb from 'grpc-web';
import XMLHttpRequest from 'xhr2';

const url = process.env.ONEPORT_URL;
const authorization = `Bearer ${process.env.ONEPORT_TOKEN}`;
const schema = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, readFileSync(process.env.ONEPORT_SCHEMA)),
);
const echo = schema.getService('Echo');
const errorInfo = schema.getMessage('google.rpc.ErrorInfo');

async function report(name, call) {
  let result;
  try {
    result = await call();
  } catch (error) {
    result = error;
  }
  console.log(`${name}: ${result}`);
}

function refusal(error) {
  const known = ConnectError.from(error);
  const [info] = known.findDetails(errorInfo);
  return `${Code[known.code]} ${info ? `${info.reason} ${info.domain}` : known.rawMessage}`;
}

async function connectCalls(name, transport) {
  const client = createClient(echo, transport);
  const headers = { authorization };
  await report(`${name}, ping`, async () => (await client.ping({ message: 'hi' }, { headers })).message);
  await report(`${name}, refused`, () => client.ping({ message: 'hi' }).catch(refusal));
  await report(`${name}, watch`, async () => {
    const numbers = [];
    try {
      for await (const tick of client.watch({ count: 3, first: 7n }, { headers })) {
        numbers.push(tick.number);
      }
      return numbers.join(' ');
    } catch (error) {
      return `${Code[ConnectError.from(error).code]}`;
    }
  });
  await report(`${name}, out of time`, async () => {
    try {
      for await (const _ of client.watch({ intervalMs: 60_000 }, { headers, timeoutMs: 500 })) {
        // the first comes at once
      }
      return 'ended';
    } catch (error) {
      return `${Code[ConnectError.from(error).code]}`;
    }
  });
}

async function grpcWebCalls(format) {
  const client = new grpcWeb.GrpcWebClientBase({ format });
  const describe = (method, type) =>
    new grpcWeb.MethodDescriptor(
      `/Echo/${method.name}`,
      type,
      Object,
      Object,
      (message) => toBinary(method.input, create(method.input, message)),
      (bytes) => fromBinary(method.output, bytes),
    );
  const ping = describe(echo.method.ping, grpcWeb.MethodType.UNARY);
  const watch = describe(echo.method.watch, grpcWeb.MethodType.SERVER_STREAMING);
  const name = `grpc-web ${format}`;
  const unary = (metadata) =>
    client.unaryCall(`${url}/Echo/Ping`, { message: 'hi' }, metadata, ping);
  await report(`${name}, ping`, async () => (await unary({ authorization })).message);
  await report(`${name}, refused`, () => unary({}).catch((error) => `${error.code} ${error.message}`));
  await report(`${name}, watch`, () => stream(client, watch, { count: 3, first: 7n }, { authorization }));
  await report(`${name}, watch refused`, () => stream(client, watch, { count: 3 }, {}));
  await report(`${name}, out of time`, () =>
    stream(client, watch, { intervalMs: 60_000 }, { authorization, deadline: `${Date.now() + 500}` }),
  );
}

function stream(client, method, request, metadata) {
  return new Promise((resolve) => {
    const numbers = [];
    const call = client.serverStreaming(`${url}/Echo/Watch`, request, metadata, method);
    call.on('data', (tick) => numbers.push(tick.number));
    call.on('error', (error) => resolve([...numbers, `error ${error.code}`].join(' ')));
    call.on('end', () => resolve([...numbers, 'end'].join(' ')));
  });
}

globalThis.XMLHttpRequest = XMLHttpRequest;
for (const httpVersion of ['1.1', '2']) {
  const options = { baseUrl: url, httpVersion };
  const name = `on HTTP/${httpVersion}`;
  await connectCalls(`Connect JSON ${name}`, node.createConnectTransport({ ...options, useBinaryFormat: false }));
  await connectCalls(`Connect binary ${name}`, node.createConnectTransport({ ...options, useBinaryFormat: true }));
  await connectCalls(`Connect gRPC-Web ${name}`, node.createGrpcWebTransport(options));
}
await connectCalls('Connect gRPC', node.createGrpcTransport({ baseUrl: url }));
await connectCalls('Connect JSON by fetch', web.createConnectTransport({ baseUrl: url }));
await connectCalls('Connect gRPC-Web by fetch', web.createGrpcWebTransport({ baseUrl: url }));
await grpcWebCalls('text');
await grpcWebCalls('binary');
process.exit(0);
