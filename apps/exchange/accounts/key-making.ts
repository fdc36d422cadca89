import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { ApiKey, KeyKind, Permission } from './accounts.ts';

/** What stands before the 32 bytes of an Ed25519 key in its PKCS#8 form. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const KEY_LENGTH = 64;

/** Gives 32 bytes for a name: always the same ones for a seed, or chance. */
export type KeySource = (name: string) => Buffer;

/** With a seed, the same keys at every start (for scripts); without one, unguessable ones. */
export function keySource(seed: number | null): KeySource {
  if (seed === null) return () => randomBytes(32);
  return (name) => createHash('sha256').update(`doge-mm exchange key ${seed} ${name}`).digest();
}

export interface KeyRequest {
  readonly name: string;
  readonly kind: KeyKind;
  readonly accountId: number;
  readonly permissions: readonly Permission[];
  readonly addresses: readonly string[];
}

/** Makes a key of either kind, as its owner would have got it from the venue's page. */
export function makeKey(request: KeyRequest, source: KeySource): ApiKey {
  const rest = {
    name: request.name,
    kind: request.kind,
    apiKey: textOf(source(`${request.name} api key`)),
    accountId: request.accountId,
    permissions: new Set(request.permissions),
    addresses: request.addresses,
  };
  if (request.kind === 'HMAC') {
    const secret = textOf(source(`${request.name} secret`));
    return { ...rest, secret, privateKeyPem: '', verifier: secretVerifier(secret) };
  }
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, source(`${request.name} private key`)]),
    format: 'der',
    type: 'pkcs8',
  });
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { ...rest, secret: '', privateKeyPem, verifier: createPublicKey(privateKey) };
}

export function secretVerifier(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret, 'utf8'));
}

/** 64 letters and digits, as keys of the venue look. */
function textOf(bytes: Buffer): string {
  const stream = createHash('sha512').update(bytes).digest();
  let text = '';
  for (let index = 0; index < KEY_LENGTH; index++) {
    text += ALPHABET[(stream[index] as number) % ALPHABET.length];
  }
  return text;
}
