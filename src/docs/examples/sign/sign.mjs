// Signs a token. Node 18 or newer, no packages. Usage: node sign.mjs USER [ROLE]
import { createHmac, createPrivateKey, randomUUID, sign as signWithKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

const { JWT_SECRET, JWT_KEY, JWT_ISSUER, JWT_AUDIENCE } = process.env;
const LIFETIME_SECONDS = 300;

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** HS256 with the secret, or ES256 with the private key. */
function signature(text) {
  if (JWT_KEY) {
    const key = createPrivateKey(readFileSync(JWT_KEY));
    if (key.asymmetricKeyDetails.namedCurve !== 'prime256v1') {
      throw new Error('JWT_KEY must be a key on the curve P-256');
    }
    return signWithKey('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  }
  if (!JWT_SECRET || Buffer.byteLength(JWT_SECRET) < 32) {
    throw new Error('JWT_SECRET must have at least 32 bytes');
  }
  return createHmac('sha256', JWT_SECRET).update(text).digest();
}

/** Call it only for a user that your own login has verified. */
export function token(user, role = 'member') {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: JWT_KEY ? 'ES256' : 'HS256', typ: 'JWT' };
  const claims = {
    iss: JWT_ISSUER ?? 'https://chat.example.com',
    aud: JWT_AUDIENCE ?? 'portcullis',
    sub: user,
    role,
    jti: randomUUID(),
    iat: now,
    exp: now + LIFETIME_SECONDS,
  };
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${signature(text).toString('base64url')}`;
}

const [user, role] = process.argv.slice(2);
if (!user) {
  throw new Error('usage: node sign.mjs USER [ROLE]');
}
console.log(token(user, role));
