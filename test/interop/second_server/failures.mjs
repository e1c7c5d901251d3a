// How an answer can go wrong, by a name that the tests give: each in another of the forms that doc/wire.md tells of.
const page = "<!DOCTYPE html><html><body>Bad gateway</body></html>";

/** Of each: the plan, what does the request as it should, and the request's body, to status and value. */
export const failures = {
  error400: () => ({ status: 400, value: { error: "roomId is not valid", errorCode: 4001 } }),
  status401: () => ({ status: 401, value: { statusMessage: "Token is expired", errorCode: "E_TOKEN" } }),
  array403: () => ({ status: 403, value: { message: ["no plan", "no quota"], code: "E_PLAN" } }),
  object402: () => ({ status: 402, value: { error: { reason: "no such room" } } }),
  msg404: () => ({ status: 404, value: { msg: "not here", code: -4 } }),
  text408: () => ({ status: 408, value: JSON.stringify("too slow") }),
  empty409: () => ({ status: 409, value: "" }),
  limited: ({ inSeconds }) => ({
    status: 429,
    value: { message: null, error: "slow down" },
    headers: [["RETRY-after", new Date(Date.now() + inSeconds * 1000).toUTCString()]],
  }),
  page502: () => ({ status: 502, value: page }),
  success_false: () => ({ status: 200, value: { success: false, statusMessage: "no capacity", errorCode: 77 } }),
  page200: () => ({ status: 200, value: page }),
  empty200: () => ({ status: 200, value: "" }),
  fewer: (plan, perform, body) => {
    body.units -= 1;
    return { status: 200, value: perform() };
  },
  /** Done, and nobody is told. */
  lost: (plan, perform) => {
    perform();
    return { hangUp: true };
  },
};
