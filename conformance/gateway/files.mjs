// Serves the files of a folder as hand-written servers do: decodes the path and resolves it.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";

const [port, folder] = process.argv.slice(2);

http.createServer((request, response) => {
  let file;
  try {
    file = path.join(folder, path.posix.normalize(decodeURIComponent(request.url.split("?")[0])));
    response.end(fs.readFileSync(file));
  } catch (e) {
    response.writeHead(404).end();
  }
}).listen(Number(port), "127.0.0.1");
