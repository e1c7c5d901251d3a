// JSON web tokens by node:crypto: which ones the API lets in, and how others mint them.
import { createHmac, timingSafeEqual } from "node:crypto";
import { refuseUnless } from "./refusal.mjs";

const apiKey = process.env.VIDEOSDK_API_KEY;
const secret = process.env.VIDEOSDK_SECRET;
const base64url = (text) => Buffer.from(text).toString("base64url");
const macOf = (text) => createHmac("sha256", secret).update(text).digest();

export function checkToken(authorization) {
  const refuse = (fine, why) => refuseUnless(fine, `token: ${why}`, 1001, 401);
  refuse(typeof authorization === "string", "missing");
  refuse(!/^(Bearer|Basic) /i.test(authorization), "a scheme stands before it");
  const [header, payload, mac, more] = authorization.split(".");
  refuse(mac !== undefined && more === undefined, "not three parts");
  const { alg } = JSON.parse(Buffer.from(header, "base64url"));
  refuse(alg === "HS256", "not HS256");
  const given = Buffer.from(mac, "base64url");
  const own = macOf(`${header}.${payload}`);
  refuse(given.length === own.length && timingSafeEqual(given, own), "another secret signed it");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  const now = Date.now() / 1000;
  refuse(claims.apikey === apiKey, "another account");
  refuse(claims.iat <= now && now < claims.exp, "expired");
  refuse(claims.version === 2, "version is not 2");
  refuse(Array.isArray(claims.permissions), "no permissions");
  refuseUnless(Array.isArray(claims.roles) && claims.roles.includes("crawler"), "token: no crawler", 1003, 403);
}

export function mintElsewhere() {
  const now = Math.floor(Date.now() / 1000);
  const claims = { exp: now + 86400, iat: now, roles: ["crawler"], version: 2, permissions: [], apikey: apiKey };
  const signed = `${base64url('{"typ":"JWT","alg":"HS256"}')}.${base64url(JSON.stringify(claims))}`;
  return `${signed}.${macOf(signed).toString("base64url")}`;
}
