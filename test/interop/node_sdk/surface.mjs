// Which methods the official SDK has for the API that the emulator plays, read from the SDK itself, and which of them
// have been called.

const groups = ["resourcePool", "recordings", "hls", "rtmp", "webhooks"];
// Of these groups, but about files and streams of the account, not about resources.
const elsewhere = [
  "recordings.list",
  "recordings.get",
  "recordings.delete",
  "hls.get",
  "hls.getById",
  "hls.capture",
  "hls.list",
  "hls.delete",
  "rtmp.list",
  "rtmp.get",
];
const routesOfOurs = /["'`]\/v2\/(resource\b|(recordings|hls|livestreams)\/(start|end)["'`]|public\/)/;

/** Each method as [object that has it, its name, its whole name], also of objects inside. */
function methodsOf(holder, prefix = "") {
  return Object.entries(holder).flatMap(([name, group]) => {
    if (typeof group !== "object" || group === null || name === "http") return [];
    const own = Object.getOwnPropertyNames(Object.getPrototypeOf(group));
    const methods = own.filter((each) => each !== "constructor" && typeof group[each] === "function");
    const inside = Object.getPrototypeOf(group) === Object.prototype ? [] : methodsOf(group, `${prefix}${name}.`);
    return [...methods.map((each) => [group, each, `${prefix}${name}.${each}`]), ...inside];
  });
}

/** From now on notes which methods are called. */
export function watchSurface(vsdk) {
  const called = new Set();
  const wanted = new Set();
  const other = new Set();
  for (const [group, name, whole] of methodsOf(vsdk)) {
    const method = group[name];
    const [first, second, third] = whole.split(".");
    const inGroup = groups.includes(first) && third === undefined && second !== undefined;
    const ours = routesOfOurs.test(String(method));
    (ours || (inGroup && !elsewhere.includes(whole)) ? wanted : other).add(whole);
    group[name] = (...given) => {
      called.add(whole);
      return method.apply(group, given);
    };
  }
  return { called, wanted, other, elsewhere };
}
