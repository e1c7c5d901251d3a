// The resource API a second time, written from doc/wire.md alone and in the other one of each pair of forms that it
// names: node server.mjs <certificate file> <key file>. Prints the port it listens on at 127.0.0.1, and ends at SIGTERM.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { failures } from "./failures.mjs";
import { refuseUnless } from "./refusal.mjs";
import { checkToken, mintElsewhere } from "./tokens.mjs";
import { publicKey, send as sendWebhook } from "./webhooks.mjs";

const newId = () => randomBytes(12).toString("hex");

const units = new Map();
const compositions = new Map();
const requests = []; // what came: {method, path, authorization, contentType, body}
const planned = []; // how the next answers of the API go wrong
let hooksGoTo; // where the path of every webhook URL is reached

// --- units and compositions -------------------------------------------------------------------------------------------

/** As answers show it: another name of the type, the host without www., fields nobody asked for. */
const shown = ({ hook, ...unit }) => ({
  region: { zone: "eu-9", "ünïcode": null },
  ...unit,
  type: unit.type === "recording" ? "filecomposer" : unit.type,
  webhookUrl: hook.replace(/^https:\/\/www\./, "https://"),
});

function unitOf(id) {
  const unit = units.get(id);
  refuseUnless(unit, "no such resource", 404, 404);
  return unit;
}

const tell = (unit, type, data) => sendWebhook(hooksGoTo, unit.hook, type, data);

function becomeReady(unit) {
  unit.status = "idle";
  tell(unit, "resource-acquired", { id: unit.id, type: unit.type });
}

function acquire({ type, webhookUrl, mode, quality, units: count = 1 }) {
  refuseUnless(["recording", "hls", "rtmp"].includes(type), "type");
  refuseUnless(/^https?:\/\//.test(webhookUrl), "webhookUrl");
  refuseUnless(mode === undefined || ["video-and-audio", "audio"].includes(mode), "mode");
  refuseUnless(quality === undefined || ["low", "med", "high"].includes(quality), "quality");
  refuseUnless(Number.isInteger(count) && count > 0, "units");
  const bought = Array.from({ length: count }, () => ({
    id: newId(),
    status: "pending",
    type,
    mode: mode ?? "video-and-audio",
    quality: quality ?? "med",
    composerIds: [],
    hook: webhookUrl,
  }));
  for (const unit of bought) {
    units.set(unit.id, unit);
    setTimeout(becomeReady, 20, unit);
  }
  return { data: bought.map(shown), success: true, warnings: [] };
}

function release({ ids }) {
  refuseUnless(Array.isArray(ids) && ids.length > 0, "ids");
  const data = ids.map((id) => {
    const unit = units.get(id);
    if (unit?.status !== "idle") return { msg: "only idle resources are released", success: false, id };
    unit.status = "released";
    tell(unit, "resource-released", { resourceId: id, at: 1 });
    return { msg: "resource released", success: true, id };
  });
  return { data: data.reverse(), success: true };
}

function list(query) {
  const page = Number(query.get("page") ?? 1);
  const perPage = Number(query.get("perPage") ?? 20);
  const status = query.get("status");
  const all = [...units.values()].filter((unit) => status === null || unit.status === status).reverse();
  const pageInfo = {
    total: String(all.length),
    lastPage: String(Math.max(1, Math.ceil(all.length / perPage))),
    perPage: String(perPage),
    currentPage: String(page),
  };
  return { data: all.slice((page - 1) * perPage, page * perPage).map(shown), pageInfo };
}

function checkConfig(config, kind) {
  if (config === undefined) return;
  const { layout, theme, orientation, mode, quality, ...rest } = config;
  refuseUnless(Object.keys(rest).length === 0, "config has more");
  refuseUnless(["GRID", "SPOTLIGHT", "SIDEBAR"].includes(layout?.type), "config.layout.type");
  refuseUnless([undefined, "SPEAKER", "PIN"].includes(layout.priority), "config.layout.priority");
  const most = kind === "hls" ? 25 : 4;
  refuseUnless(layout.gridSize === undefined || (layout.gridSize >= 1 && layout.gridSize <= most), "gridSize");
  refuseUnless([undefined, "DARK", "LIGHT", "DEFAULT"].includes(theme), "config.theme");
  refuseUnless([undefined, "portrait", "landscape"].includes(orientation), "config.orientation");
  refuseUnless(kind !== "rtmp" || (mode === undefined && quality === undefined), "config of rtmp");
}

const eventsOf = { recording: "recording", hls: "hls", rtmp: "livestream" };

function start(kind, body) {
  refuseUnless(body.roomId, "roomId");
  checkConfig(body.config, kind);
  const unit = unitOf(body.resourceId);
  refuseUnless(unit.type === kind, "of another type");
  refuseUnless(unit.status === "idle", `the resource is ${unit.status}`, 409, 409);
  const streamed = Array.isArray(body.outputs) && body.outputs.length > 0;
  refuseUnless(kind !== "rtmp" || (streamed && body.outputs.every((each) => each.url && each.streamKey)), "outputs");
  const composition = { id: newId(), sessionId: newId(), roomId: body.roomId, kind, unit };
  compositions.set(composition.id, composition);
  unit.status = "composing";
  unit.composerIds.push(composition.id);
  tell(unit, `${eventsOf[kind]}-started`, { meetingId: body.roomId, sessionId: composition.sessionId });
  return composition;
}

function startAnswer(kind, body) {
  const { id, sessionId, roomId } = start(kind, body);
  const stream = { downstreamUrl: `https://cdn.invalid/${id}.m3u8`, links: {}, start: "2026-01-01", sessionId, roomId };
  return { data: { id, ...(kind === "hls" ? stream : {}) }, success: true };
}

function end(kind, { roomId, id, sessionId }) {
  refuseUnless(roomId, "roomId");
  const ofKind = [...compositions.values()].filter((each) => each.kind === kind && each.roomId === roomId);
  const composition = ofKind.find((each) => each.id === id || (id === undefined && sessionId === each.sessionId));
  const found = composition ?? (id === undefined ? ofKind.at(-1) : undefined);
  refuseUnless(found, "no such composition", 404, 404);
  found.unit.status = "idle";
  tell(found.unit, `${eventsOf[kind]}-stopped`, { meetingId: roomId, sessionId: found.sessionId, fileUrl: null });
}

// --- for the tests: what the next answers are, and what came ----------------------------------------------------------

const control = {
  next: (plan) => void planned.push(...Array.from({ length: plan.times ?? 1 }, () => plan)),
  hooks: ({ to }) => void (hooksGoTo = to),
  tell: async ({ to, type, data, ...how }) => ({ status: await sendWebhook(hooksGoTo, to, type, data, how) }),
  set: ({ id, ...fields }) => void Object.assign(unitOf(id), fields),
  token: () => ({ token: mintElsewhere() }),
  seen: ({ path }) => {
    const those = requests.filter((each) => each.path.split("?")[0] === path);
    return { count: those.length, last: those.at(-1) };
  },
};

// --- requests ---------------------------------------------------------------------------------------------------------

const kinds = { recordings: "recording", hls: "hls", livestreams: "rtmp" };
const sentences = { recordings: "Recording", hls: "HLS", livestreams: "Livestream" };

function routed(method, path, query, body) {
  const [, , group, word, step] = path.split("/");
  const composing = path.match(/^\/v2\/(resource\/)?(recordings|hls|livestreams)\/(start|end)$/);
  if (composing && method === "POST") {
    const [, inResource, kind, what] = composing;
    if (what === "end") {
      end(kinds[kind], body);
      return inResource ? { statusMessage: "ended" } : `${sentences[kind]} ended successfully`;
    }
    if (inResource || kind === "hls") return startAnswer(kinds[kind], body);
    start(kinds[kind], body);
    return `${sentences[kind]} started successfully`;
  }
  refuseUnless(group === "resource" && step === undefined, "no such route", 404, 404);
  if (method === "POST" && word === "acquire") return acquire(body);
  if (method === "POST" && word === "release") return release(body);
  refuseUnless(method === "GET", "no such method", 405, 405);
  return word === undefined ? list(query) : { data: shown(unitOf(word)) };
}

/** In chunks, with names of headers that are written in nobody's usual way. */
function reply(response, status, value, { idHeader = "X-Amzn-RequestID", id = newId(), headers = [] } = {}) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const kind = text.startsWith("<") ? "text/html" : "application/json; charset=utf-8";
  response.writeHead(status, [idHeader, id, "content-TYPE", kind, "X-Odd", "a, b", ...headers.flat()]);
  for (let at = 0; at < text.length; at += 40) response.write(text.slice(at, at + 40));
  response.end();
}

async function answer(request, response, text) {
  const { method } = request;
  const { pathname: path, searchParams: query } = new URL(request.url, "https://localhost");
  if (path === "/v2/public/rsa-public-key") {
    reply(response, 200, { algorithm: "RS256", publicKey });
    return;
  }
  checkToken(request.headers.authorization);
  refuseUnless(method !== "POST" || request.headers["content-type"] === "application/json", "content type");
  const body = text === "" ? {} : JSON.parse(text);
  const [, , first, order] = path.split("/");
  if (first === "control") {
    reply(response, 200, (await control[order](body)) ?? {});
    return;
  }
  const plan = planned.shift();
  if (plan === undefined) {
    const value = routed(method, path, query, body);
    reply(response, 200, typeof value === "string" ? JSON.stringify(value) : value);
    return;
  }
  const { status, value, hangUp, headers } = failures[plan.as](plan, () => routed(method, path, query, body), body);
  if (hangUp) request.socket.destroy();
  else reply(response, status, value, { ...plan, headers });
}

const server = createServer({ cert: readFileSync(process.argv[2]), key: readFileSync(process.argv[3]) });
server.on("request", (request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", async () => {
    const body = Buffer.concat(parts).toString("utf8");
    const { authorization = null, "content-type": contentType = null } = request.headers;
    requests.push({ method: request.method, path: request.url, authorization, contentType, body });
    try {
      await answer(request, response, body);
    } catch (failure) {
      const { status = 500, code, message } = failure;
      reply(response, status, { statusMessage: message, errorCode: code });
    }
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
