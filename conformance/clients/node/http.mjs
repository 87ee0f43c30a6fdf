// Calls OnePort with undici, HTTP and WebSocket, and prints one line of JSON for each case.
import { Client, WebSocket, request } from "undici";

const tokens = JSON.parse(process.env.ONEPORT_TOKENS);
const origin = `http://127.0.0.1:${process.argv[2]}`;
const MIB = 1 << 20;
const bearer = token => token ? { authorization: "Bearer " + tokens[token] } : {};

async function tell(name, action) {
  let got;
  try {
    got = String(await action());
  } catch (error) {
    got = `failed: ${error.code ?? error.message}`;
  }
  console.log(JSON.stringify({ case: name, got }));
}

async function status(path, token, options = {}) {
  const answer = await request(origin + path, { headers: bearer(token), ...options });
  await answer.body.dump();
  return answer.statusCode;
}

async function echo(size) {
  const sent = Buffer.alloc(size, "x");
  const answer = await request(origin + "/echo", { method: "POST", body: sent });
  return Buffer.from(await answer.body.arrayBuffer()).equals(sent) ? "same" : answer.statusCode;
}

async function* chunks() {
  for (let i = 0; i < 10; i++) yield Buffer.alloc(1000, "x");
}

function pong(token) {
  return new Promise((resolve, reject) => {
    const encoded = Buffer.from(tokens[token]).toString("base64url");
    const socket = new WebSocket(origin.replace("http", "ws") + "/ws",
      ["echo", "base64url.bearer.authorization.oneport.dev." + encoded]);
    socket.onopen = () => socket.send('{"message":"x"}');
    socket.onmessage = event => { socket.close(); resolve(JSON.parse(event.data).message); };
    socket.onerror = () => reject(new Error("refused"));
  });
}

await tell("open to anyone", () => status("/ping"));
await tell("good token", () => status("/private", "good"));
await tell("no token", () => status("/private"));
await tell("expired token", () => status("/private", "expired"));
await tell("wrong caller", () => status("/private", "wrong"));
await tell("unknown path", () => status("/nowhere"));
await tell("HEAD", () => status("/ping", null, { method: "HEAD" }));
await tell("body of 1 MiB", () => echo(MIB));
await tell("body near the limit", () => echo(32 * MIB));
await tell("body in chunks", () => status("/echo", null, { method: "POST", body: chunks() }));
await tell("pipelined", async () => {
  const client = new Client(origin, { pipelining: 10 });
  const answers = await Promise.all(Array.from({ length: 100 }, async () => {
    const answer = await client.request({ path: "/ping", method: "GET" });
    await answer.body.dump();
    return answer.statusCode;
  }));
  await client.close();
  return [...new Set(answers)].join();
});
await tell("left before the answer", async () => {
  const leave = new AbortController();
  const left = request(origin + "/echo", { method: "POST", body: chunks(), signal: leave.signal }).catch(error => error.name);
  leave.abort();
  return `${await left}, then ${await status("/ping")}`;
});
await tell("WebSocket, token in a subprotocol", () => pong("good"));
await tell("WebSocket, wrong caller", () => pong("wrong"));
