// A request that is answered no, with status, words and code.
class Refusal extends Error {
  constructor(status, message, code) {
    super(message);
    Object.assign(this, { status, code });
  }
}

export const refuseUnless = (fine, message, code = "E_VALIDATION", status = 400) => {
  if (!fine) throw new Refusal(status, message, code);
};
