// What the official SDK does, and what it makes of the emulator's answers and webhooks.
import assert from "node:assert/strict";
import { describe, before, after, it } from "node:test";
import {
  AuthenticationError,
  PermissionError,
  ResourceConflictError,
  RoomNotFoundError,
  ValidationError,
  VideoSDK,
  WebhookVerificationError,
} from "@videosdk.live/server-sdk";
import { startReceiver } from "./receiver.mjs";
import { watchSurface } from "./surface.mjs";

const limit = { timeout: 60_000 };
const vsdk = new VideoSDK(); // key, secret and endpoint come from the environment
const surface = watchSurface(vsdk);
const units = {};
let receiver;
let hook;

async function acquireIdle(type) {
  const [unit] = await vsdk.resourcePool.acquire({ type, webhookUrl: hook });
  await receiver.next("resource-acquired", (data) => data.id === unit.id);
  return unit;
}

describe("the official Node SDK against the emulator", { concurrency: 1 }, () => {
  before(async () => {
    receiver = await startReceiver();
    hook = receiver.url("/hooks/studio/v1-token?x=1");
  });
  after(() => receiver.close());

  it("the endpoint is the emulator's, over TLS", limit, () => {
    assert.match(vsdk.apiEndpoint, /^https:\/\/localhost:\d+$/);
  });

  it("acquire gives pending units with the fields that were asked for", limit, async () => {
    const acquired = await vsdk.resourcePool.acquire({
      type: "recording",
      webhookUrl: hook,
      units: 2,
      mode: "audio",
      quality: "high",
    });
    assert.equal(acquired.length, 2);
    for (const unit of acquired) {
      assert.match(unit.id, /^[0-9a-f]{24}$/);
      assert.deepEqual(unit, {
        id: unit.id,
        status: "pending",
        type: "recording",
        mode: "audio",
        quality: "high",
        composerIds: [],
        webhookUrl: hook,
      });
    }
    units.first = acquired[0];
    units.second = acquired[1];
  });

  it("each unit's readiness is told once, and the SDK verifies it by the fetched key", limit, async () => {
    for (const unit of [units.first, units.second]) {
      const hit = await receiver.next("resource-acquired", (data) => data.id === unit.id);
      assert.equal(hit.method, "POST");
      assert.equal(hit.path, "/hooks/studio/v1-token?x=1");
      assert.equal(hit.headers["content-type"], "application/json");
      const event = await vsdk.webhooks.verify(hit.raw, hit.headers["videosdk-signature"]);
      assert.equal(event.type, "resource-acquired");
      assert.deepEqual(event.data, { id: unit.id, type: "recording" });
      units.hit = hit;
    }
  });

  it("the SDK refuses a webhook of which one byte was changed", limit, async () => {
    const changed = Buffer.from(units.hit.raw);
    changed[changed.length - 2] ^= 1;
    await assert.rejects(
      vsdk.webhooks.verify(changed, units.hit.headers["videosdk-signature"]),
      WebhookVerificationError,
    );
    await assert.rejects(vsdk.webhooks.verify(units.hit.raw, undefined), WebhookVerificationError);
  });

  it("a key that was fetched once verifies without another request", limit, async () => {
    const key = await vsdk.webhooks.getPublicKey();
    assert.match(key, /^-----BEGIN PUBLIC KEY-----/);
    const signature = units.hit.headers["videosdk-signature"];
    assert.equal(vsdk.webhooks.verifySync(units.hit.raw, signature, key).type, "resource-acquired");
    const other = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    assert.throws(() => vsdk.webhooks.verifySync(units.hit.raw, other, key), WebhookVerificationError);
  });

  it("get gives the unit, idle by now", limit, async () => {
    const unit = await vsdk.resourcePool.get(units.first.id);
    assert.deepEqual(unit, { ...units.first, status: "idle" });
  });

  it("list pages through every unit, and filters by status", limit, async () => {
    const page = await vsdk.resourcePool.list({ perPage: 1 });
    assert.equal(page.total, 2);
    assert.equal(page.data.length, 1);
    assert.equal(page.hasNextPage, true);
    const ids = [];
    for await (const unit of page) {
      ids.push(unit.id);
    }
    assert.deepEqual(ids, [units.first.id, units.second.id]);
    assert.equal((await vsdk.resourcePool.list({ status: "composing" })).total, 0);
    assert.equal((await vsdk.resourcePool.list({ status: "idle" })).total, 2);
  });

  it("a recording runs on a unit, from start to its file", limit, async () => {
    const handle = await vsdk.recordings.start("room-a", {
      resourceId: units.first.id,
      composition: { layout: "grid", gridSize: 4, theme: "DARK", quality: "high" },
    });
    assert.equal(handle.raw, "Recording started successfully");
    const composing = await vsdk.resourcePool.get(units.first.id);
    assert.equal(composing.status, "composing");
    assert.equal(composing.composerIds.length, 1);
    const started = await receiver.next("recording-started");
    assert.equal(started.body.data.meetingId, "room-a");

    assert.equal(await vsdk.recordings.stop(handle), "Recording ended successfully");
    const stopped = await receiver.next("recording-stopped");
    const event = await vsdk.webhooks.verify(stopped.raw, stopped.headers["videosdk-signature"]);
    assert.equal(event.data.id, composing.composerIds[0]);
    assert.match(event.data.fileUrl, /^https:.*\.mp4$/);
    assert.equal((await vsdk.resourcePool.get(units.first.id)).status, "idle");
  });

  it("HLS runs on a unit, and its handle has id and session", limit, async () => {
    const unit = await acquireIdle("hls");
    const handle = await vsdk.hls.start("room-b", { resourceId: unit.id, composition: { layout: "spotlight" } });
    assert.match(handle.id, /^[0-9a-f]{24}$/);
    assert.match(handle.sessionId, /^[0-9a-f]{24}$/);
    assert.equal(handle.roomId, "room-b");
    const playable = await receiver.next("hls-playable");
    assert.equal(playable.body.data.downstreamUrl, handle.raw.downstreamUrl);
    assert.equal(await vsdk.hls.stop(handle), "HLS ended successfully");
    await receiver.next("hls-stopped");
    assert.equal((await vsdk.resourcePool.get(unit.id)).status, "idle");
  });

  it("RTMP runs on a unit", limit, async () => {
    const unit = await acquireIdle("rtmp");
    const handle = await vsdk.rtmp.start("room-c", {
      streams: [{ url: "rtmp://live.example.com/app", streamKey: "stream-key" }],
      composition: { layout: "grid" },
      resourceId: unit.id,
    });
    assert.equal(handle.raw, "Livestream started successfully");
    assert.equal(await vsdk.rtmp.stop(handle), "Livestream ended successfully");
    await receiver.next("livestream-stopped");
    assert.equal((await vsdk.resourcePool.get(unit.id)).status, "idle");
  });

  it("each kind is started with all that the SDK can say, and ended by its room alone", limit, async () => {
    const own = receiver.url("/hooks/of-the-recording");
    const rounds = [
      ["recording", "recording", vsdk.recordings, { webhookUrl: own, dirPath: "d", preSignedUrl: "https://put.io/x" }],
      ["hls", "hls", vsdk.hls, { composition: { layout: "sidebar", gridSize: 25, orientation: "landscape" } }],
      ["rtmp", "livestream", vsdk.rtmp, { streams: [{ url: "rtmp://a.example.com/app", streamKey: "one" }] }],
    ];
    for (const [type, event, group, options] of rounds) {
      const unit = await acquireIdle(type);
      await group.start(`room-${type}`, { ...options, resourceId: unit.id });
      assert.equal((await vsdk.resourcePool.get(unit.id)).status, "composing");
      await group.stop(`room-${type}`);
      const stopped = await receiver.next(`${event}-stopped`, (data) => data.meetingId === `room-${type}`);
      assert.equal(stopped.path === "/hooks/of-the-recording", type === "recording");
      assert.equal((await vsdk.resourcePool.get(unit.id)).status, "idle");
      const [released] = await vsdk.resourcePool.release([unit.id]);
      assert.equal(released.success, true);
      await receiver.next("resource-released", (data) => data.id === unit.id);
    }
  });

  it("release answers for each id", limit, async () => {
    const unknown = "0123456789abcdef01234567";
    const results = await vsdk.resourcePool.release([units.first.id, unknown]);
    assert.deepEqual(results, [
      { id: units.first.id, success: true, msg: "resource released" },
      { id: unknown, success: false, msg: "resource not found" },
    ]);
    const told = await receiver.next("resource-released");
    assert.equal(told.body.data.id, units.first.id);
    assert.equal((await vsdk.resourcePool.get(units.first.id)).status, "released");
  });

  it("refusals become the SDK's errors", limit, async () => {
    const pool = vsdk.resourcePool;
    await assert.rejects(pool.get("0123456789abcdef01234567"), RoomNotFoundError);
    await assert.rejects(pool.acquire({ type: "film", webhookUrl: hook }), (failure) => {
      assert.ok(failure instanceof ValidationError);
      assert.equal(failure.message, "type must be one of recording, hls, rtmp");
      assert.match(failure.requestId, /^[0-9a-f]{24}$/);
      return true;
    });
    const [pending] = await pool.acquire({ type: "recording", webhookUrl: hook });
    await assert.rejects(vsdk.recordings.start("room-d", { resourceId: pending.id }), ResourceConflictError);
  });

  it("only this account's server tokens are let in", limit, async () => {
    const stranger = new VideoSDK({ apiKey: process.env.VIDEOSDK_API_KEY, secret: "another secret" });
    await assert.rejects(stranger.resourcePool.list(), AuthenticationError);
    const participant = new VideoSDK({ tokenOptions: { roles: ["rtc"] } });
    await assert.rejects(participant.resourcePool.list(), PermissionError);
    const bearer = new VideoSDK({ token: `Bearer ${vsdk.generateToken()}` });
    await assert.rejects(bearer.resourcePool.list(), (failure) => {
      assert.ok(failure instanceof AuthenticationError);
      assert.match(failure.message, /without the prefix Bearer/);
      return true;
    });
  });

  it("every method of the SDK for this API was called, and the rest names none of its routes", () => {
    const { called, wanted, other, elsewhere } = surface;
    assert.ok(wanted.has("resourcePool.acquire") && wanted.has("rtmp.stop") && wanted.has("webhooks.verifySync"));
    assert.deepEqual([...called].sort(), [...wanted].sort());
    for (const each of elsewhere) {
      assert.ok(other.has(each), `${each} is not a method of the SDK, or is about resources`);
    }
  });
});
