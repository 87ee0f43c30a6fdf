// An HTTP server that believes only signed assertions: node verify.mjs PORT JWKS_URL AUDIENCE
import http from "node:http";
import { createRemoteJWKSet, jwtVerify } from "jose";

const [port, jwks, audience] = process.argv.slice(2);
const keys = createRemoteJWKSet(new URL(jwks));

http.createServer(async (request, response) => {
  const sent = request.headers["x-oneport-assertion"] ?? "";
  try {
    const { payload } = await jwtVerify(sent, keys, { issuer: "oneport", audience, algorithms: ["ES256"], typ: "JWT" });
    response.end(`${payload.sub} ${payload.route}`);
  } catch (error) {
    response.writeHead(401).end(error.code ?? error.name);
  }
}).listen(Number(port), "127.0.0.1");
