// Contender: the provider's own SDK for Node as its documentation has it, one client, `resourcePool.acquire`, its default
// deadline and retries. It mints and keeps its token, and speaks through Node's own fetch, whose pool is told how many
// connections it may have; calls beyond them wait there.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const text = { type: "string" };
const { values } = parseArgs({
  options: {
    url: text,
    ca: text, // Read by node itself, as NODE_EXTRA_CA_CERTS; here only checked.
    expect: text,
    sdk: text, // The folder whose node_modules has the SDK.
    "in-flight": { ...text, default: "64" },
    connections: { ...text, default: "0" },
    seconds: { ...text, default: "0" },
    count: { ...text, default: "0" },
    "warm-up": { ...text, default: "0" },
    "warm-up-seconds": { ...text, default: "0" }, // Before --seconds: V8 compiles what is called often.
  },
});
const [inFlight, connections, seconds, count, warmUp, warmUpSeconds] = [
  "in-flight",
  "connections",
  "seconds",
  "count",
  "warm-up",
  "warm-up-seconds",
].map((name) => Number(values[name]));
if (process.env.NODE_EXTRA_CA_CERTS !== values.ca) {
  throw new Error("--ca must be what NODE_EXTRA_CA_CERTS names");
}

const sdk = createRequire(`${values.sdk}/`).resolve("@videosdk.live/server-sdk");
const { VideoSDK } = await import(pathToFileURL(sdk).href);

// undici's setGlobalDispatcher(new Agent({ connections })), for the undici that is built into Node and that has no other
// door. It is there once fetch was looked at.
void globalThis.Request;
const dispatcher = Symbol.for("undici.globalDispatcher.1");
const Agent = globalThis[dispatcher].constructor;
globalThis[dispatcher] = new Agent({ connections: connections ? Math.min(connections, inFlight) : inFlight });

const vsdk = new VideoSDK({
  apiKey: "0c6f4b1e-6d0f-4b52-9a53-3f1f6c3f7d10",
  secret: "not-a-secret-but-as-long-as-a-real-one-is",
  apiEndpoint: values.url,
});
const webhookUrl = "https://hooks.example.com/videosdk";

// As in latency.hpp: exact below 128 ns, above it no bucket is wider than 1/128 of what it holds.
const counts = new Float64Array(58 * 128);
let recorded = 0;
function record(nanoseconds) {
  const shift = nanoseconds < 128 ? 0 : Math.floor(Math.log2(nanoseconds)) - 7;
  counts[shift * 128 + Math.floor(nanoseconds / 2 ** shift)] += 1;
  recorded += 1;
}
function percentile(part) {
  const rank = Math.ceil(part * recorded);
  let passed = 0;
  for (let bucket = 0; bucket < counts.length; ++bucket) {
    passed += counts[bucket];
    if (passed !== 0 && passed >= rank) {
      const shift = bucket < 256 ? 0 : Math.floor(bucket / 128) - 1;
      return ((bucket - shift * 128) * 2 ** shift + (2 ** shift - 1) / 2) / 1e3;
    }
  }
  return 0;
}

const run = { done: 0, before: 0, over: false, counts: false, begun: 0, ended: 0, cpu: 0 };
const cpuSeconds = () => (({ user, system }) => (user + system) / 1e6)(process.cpuUsage());

function begin() {
  run.counts = true;
  run.before = run.done;
  if (count !== 0 && process.env.VIDEOSDK_COUNT_CALLS_TO) {
    process.kill(process.pid, "SIGUSR2"); // The preloaded counter begins at nought.
  }
  run.cpu = cpuSeconds();
  run.begun = performance.now();
}

function finish() {
  run.counts = false;
  run.ended = performance.now();
  run.cpu = cpuSeconds() - run.cpu;
  run.over = true;
}

async function acquireOnAndOn() {
  while (!run.over) {
    const begun = performance.now();
    const units = await vsdk.resourcePool.acquire({ type: "recording", webhookUrl });
    const [unit] = units;
    if (units.length !== 1 || unit.id !== values.expect || unit.status !== "pending" || unit.webhookUrl !== webhookUrl) {
      throw new Error("the answer is not the unit that was expected");
    }
    if (run.counts) {
      record(Math.round((performance.now() - begun) * 1e6));
    }
    run.done += 1;
    if (count !== 0 && run.done === warmUp) {
      begin();
    } else if (count !== 0 && run.done === warmUp + count) {
      finish();
      if (process.env.VIDEOSDK_COUNT_CALLS_TO) {
        report(); // What is still in flight would be counted too.
      }
    }
  }
}

function report() {
  const figures = {
    calls: count !== 0 ? count : run.done - run.before,
    seconds: (run.ended - run.begun) / 1e3,
    cpu_seconds: run.cpu,
    p50_us: percentile(0.5),
    p99_us: percentile(0.99),
    p999_us: percentile(0.999),
    warmed_up: warmUp !== 0 || warmUpSeconds !== 0,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exit(0);
}

if (warmUpSeconds !== 0) {
  setTimeout(begin, warmUpSeconds * 1e3);
} else if (warmUp === 0) {
  begin();
}
if (seconds !== 0) {
  setTimeout(() => {
    run.over = true;
  }, (warmUpSeconds + seconds) * 1e3);
}
try {
  await Promise.all(Array.from({ length: inFlight }, acquireOnAndOn));
} catch (failure) {
  console.error(`node_sdk: ${failure.message}${failure.cause ? `: ${failure.cause.message ?? failure.cause}` : ""}`);
  process.exit(1);
}
if (count === 0) {
  finish();
}
report();
