// Tokens and signatures against Node's crypto. Usage: against_node.mjs <auth_probe>
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const probe = process.argv[2];
const secrets = ['plain', 'with "quotes" and \\', 'ümlaut', 'x'.repeat(200)];
const issued = 1700000000;
const expires = issued + 3600;

function run(args, input, secret = '') {
    const done = spawnSync(probe, args, { input, env: { ...process.env, PROBE_SECRET: secret } });
    assert.equal(done.error, undefined);
    return { code: done.status, out: done.stdout.toString(), err: done.stderr.toString() };
}

function hmac(secret, text) {
    return createHmac('sha256', secret).update(text).digest('base64url');
}

function encode(value) {
    return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function mint(secret, claims, header = { alg: 'HS256', typ: 'JWT' }) {
    const text = `${encode(header)}.${encode(claims)}`;
    return `${text}.${hmac(secret, text)}`;
}

function tokensOfOursAreTheirs() {
    for (const secret of secrets) {
        const { code, out, err } = run(['mint', 'key-1', `${issued}`, `${expires}`], '', secret);
        assert.equal(code, 0, err);
        const [header, payload, signature, ...rest] = out.split('.');
        assert.equal(rest.length, 0);
        assert.equal(signature, hmac(secret, `${header}.${payload}`));
        assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url')), { alg: 'HS256', typ: 'JWT' });
        assert.deepEqual(JSON.parse(Buffer.from(payload, 'base64url')), {
            apikey: 'key-1', permissions: ['allow_join', 'allow_mod'], version: 2, roles: ['crawler'],
            iat: issued, exp: expires,
        });
    }
}

function tokensOfTheirsAreOurs() {
    const claims = { apikey: 'key-1', permissions: ['ask_join'], version: 2, roles: ['crawler'], roomId: 'r-1',
                     iat: issued, exp: expires, extra: { deep: [1, null, 'ü'] } };
    for (const secret of secrets) {
        const token = mint(secret, claims);
        const good = run(['verify', `${issued}`], token, secret);
        assert.equal(good.code, 0, good.err);
        assert.match(good.out, /^apikey=key-1 permissions=\[ask_join\] version=2 roles=\[crawler\] roomId=r-1 /);
        assert.equal(run(['verify', `${expires}`], token, secret).code, 1);
        assert.equal(run(['verify', `${issued}`], token, `${secret}x`).code, 1);
        assert.equal(run(['verify', `${issued}`], mint(secret, claims, { alg: 'HS512' }), secret).code, 1);
        const flipped = Buffer.from(token);
        flipped[token.lastIndexOf('.') + 1] ^= 1;
        assert.equal(run(['verify', `${issued}`], flipped, secret).code, 1);
    }
}

function signaturesOfTheirsAreAccepted(folder) {
    const bodies = [Buffer.from('{"webhookType":"resource-acquired","data":{"id":"64f1"}}'), Buffer.alloc(0),
                    Buffer.from([0, 255, 13, 10, 0, 128]), Buffer.from('{"a": "ü"}\r\n\u0000'),
                    Buffer.alloc(200000, 7)];
    for (const modulusLength of [2048, 3072]) {
        for (const type of ['spki', 'pkcs1']) {
            const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
            const keyFile = join(folder, 'key.pem');
            const signatureFile = join(folder, 'signature');
            writeFileSync(keyFile, publicKey.export({ type, format: 'pem' }));
            for (const body of bodies) {
                const signature = sign('sha256', body, privateKey);
                const check = (signed, text) => {
                    writeFileSync(signatureFile, text);
                    return run(['signature', keyFile, signatureFile], signed).code;
                };
                assert.equal(check(body, signature.toString('base64')), 0);
                const bit = Buffer.from(signature);
                bit[bit.length >> 1] ^= 4;
                assert.equal(check(body, bit.toString('base64')), 1);
                const other = Buffer.concat([body, Buffer.from([0])]);
                other[0] ^= 1;
                assert.equal(check(other.subarray(0, Math.max(body.length, 1)), signature.toString('base64')), 1);
                assert.equal(check(body, sign('sha1', body, privateKey).toString('base64')), 1);
            }
        }
    }
}

const folder = mkdtempSync(join(tmpdir(), 'videosdk-auth-'));
try {
    tokensOfOursAreTheirs();
    tokensOfTheirsAreOurs();
    signaturesOfTheirsAreAccepted(folder);
    console.log('Node agrees');
} finally {
    rmSync(folder, { recursive: true });
}
