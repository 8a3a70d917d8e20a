// The limit of Node's HTTP server: a constant of as many bytes as /public-api/me.
import { createServer } from "node:http";

const BODY = JSON.stringify({ data: "x".repeat(Number(process.env.BENCH_BYTES) - 11) });

createServer((_, response) => {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": BODY.length }).end(BODY);
}).listen(Number(process.env.PORT), "127.0.0.1");
process.on("disconnect", () => process.exit(0));
