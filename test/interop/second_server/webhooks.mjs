// Webhooks with an RSA key of our own, under the key `type`: signed over the bytes as they go out, which are printed
// like nobody would print JSON again.
import { generateKeyPairSync, sign } from "node:crypto";
import { request } from "node:http";

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const publicKey = keys.publicKey.export({ type: "spki", format: "pem" });

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function post(url, body, signature) {
  return new Promise((resolve, reject) => {
    const headers = ["HOST", url.host, "content-TYPE", "application/json;charset=UTF-8", "VideoSDK-SIGNATURE", signature];
    const sent = request(url, { method: "POST", headers: [...headers, "Transfer-Encoding", "chunked"] }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode));
    });
    sent.on("error", reject);
    for (let at = 0; at < body.length; at += 50) sent.write(body.subarray(at, at + 50));
    sent.end();
  });
}

/** The status of the answer; 503 and lost connections are followed by another attempt. */
export async function send(base, to, type, data, { tamper = false } = {}) {
  if (base === undefined) return 0;
  const url = new URL(new URL(to).pathname, base);
  const body = Buffer.from(`\n${JSON.stringify({ data: { ...data, seq: "1.0e0 – ü" }, traceId: null, type }, null, 3)} `);
  const signature = sign("sha256", body, keys.privateKey).toString("base64");
  if (tamper) body[body.length - 1] = 0x0a;
  for (let attempt = 1; attempt <= 100; ++attempt) {
    const status = await post(url, body, signature).catch(() => 0);
    if (status !== 0 && status !== 503) return status;
    await pause(20);
  }
  return 0;
}
