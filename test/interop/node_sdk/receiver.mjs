// A small HTTP server that keeps the webhooks it got, as bytes, until a check asks for them.
import { createServer } from "node:http";

export async function startReceiver() {
  const arrived = [];
  const waiting = [];

  function settle() {
    for (const each of [...waiting]) {
      const at = arrived.findIndex(each.wanted);
      if (at >= 0) {
        waiting.splice(waiting.indexOf(each), 1);
        each.resolve(arrived.splice(at, 1)[0]);
      }
    }
  }

  const server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const raw = Buffer.concat(parts);
      const body = JSON.parse(raw.toString("utf8"));
      arrived.push({ method: request.method, path: request.url, headers: request.headers, raw, body });
      response.end();
      settle();
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));

  return {
    url: (path) => `http://127.0.0.1:${server.address().port}${path}`,
    /** The first webhook of that type, arrived or yet to come, for which `holds` is true. */
    next: (type, holds = () => true) =>
      new Promise((resolve) => {
        waiting.push({ wanted: (each) => each.body.webhookType === type && holds(each.body.data), resolve });
        settle();
      }),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
