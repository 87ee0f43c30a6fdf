// Calls OnePort with @grpc/grpc-js, without retries, and prints one line of JSON for each case.
import { Client, Metadata, credentials, status } from "@grpc/grpc-js";

const tokens = JSON.parse(process.env.ONEPORT_TOKENS);
const client = new Client(`127.0.0.1:${process.argv[2]}`, credentials.createInsecure(), { "grpc.enable_retries": 0 });
const bytes = message => message;
const MIB = 1 << 20;

function text(size) {
  const length = [];
  let rest = size;
  while (rest > 127) {
    length.push((rest & 127) | 128);
    rest >>= 7;
  }
  return Buffer.concat([Buffer.from([0x0a, ...length, rest]), Buffer.alloc(size, "x")]);
}

function metadata(token) {
  const fields = new Metadata();
  if (token) fields.set("authorization", "Bearer " + tokens[token]);
  return fields;
}

const within = milliseconds => ({ deadline: Date.now() + milliseconds });

function unary(method, token, message = text(2), fields = metadata(token)) {
  return new Promise((resolve, reject) => {
    let header;
    const call = client.makeUnaryRequest(method, bytes, bytes, message, fields, within(20_000),
      error => error ? reject(error) : undefined);
    call.on("metadata", it => { header = it; });
    call.on("status", end => { if (end.code === status.OK) resolve({ header, trailer: end.metadata }); });
  });
}

function stream(call, after = () => {}) {
  return new Promise((resolve, reject) => {
    let count = 0;
    call.on("data", () => after(++count));
    call.on("error", reject);
    call.on("end", () => resolve(count));
  });
}

const watch = (message, options) => client.makeServerStreamRequest("/Echo/Watch", bytes, bytes, message, metadata("good"), options);

function collect() {
  return new Promise((resolve, reject) => {
    const call = client.makeClientStreamRequest("/Echo/Collect", bytes, bytes, metadata("good"), within(20_000),
      error => error ? reject(error) : resolve(1));
    for (let i = 0; i < 10; i++) call.write(text(2));
    call.end();
  });
}

function chat() {
  const call = client.makeBidiStreamRequest("/Echo/Chat", bytes, bytes, metadata("good"), within(20_000));
  for (let i = 0; i < 10; i++) call.write(Buffer.from([8, i + 1]));
  call.end();
  return stream(call);
}

async function echoed() {
  const fields = new Metadata();
  fields.set("x-grpc-test-echo-initial", "first");
  fields.set("x-grpc-test-echo-trailing-bin", Buffer.from([0, 255]));
  const { header, trailer } = await unary("/grpc.testing.TestService/UnaryCall", null, Buffer.alloc(0), fields);
  if (header.get("x-grpc-test-echo-initial")[0] !== "first" || trailer.get("x-grpc-test-echo-trailing-bin")[0][1] !== 255)
    throw new Error("other metadata");
}

async function tell(name, action) {
  let got;
  let detail = "";
  try {
    const count = await action();
    got = typeof count === "number" ? `OK, ${count}` : "OK";
  } catch (error) {
    got = status[error.code] ?? "failed";
    detail = error.message;
  }
  console.log(JSON.stringify({ case: name, got, detail }));
}

const ping = token => async () => { await unary("/Echo/Ping", token); };
await tell("unary", ping("good"));
await tell("no token", ping(null));
await tell("expired token", ping("expired"));
await tell("wrong caller", ping("wrong"));
await tell("unknown method", () => unary("/Echo/Nothing", "good"));
await tell("server stream", () => stream(watch(Buffer.from([0x10, 5]), within(20_000))));
await tell("client stream", collect);
await tell("both ways", chat);
await tell("deadline", () => stream(watch(Buffer.from([0x18, 20]), within(500))));
await tell("cancel", () => {
  const call = watch(Buffer.from([0x18, 20]), within(20_000));
  return stream(call, count => { if (count === 3) call.cancel(); });
});
await tell("metadata", echoed);
await tell("message near the limit", () => unary("/Echo/Ping", "good", text(4 * MIB - 64)));
await tell("message over the limit", () => unary("/Echo/Ping", "good", text(4 * MIB)));
await tell("500 at once", async () => { await Promise.all(Array.from({ length: 500 }, ping("good"))); });
client.close();
