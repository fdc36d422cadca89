/**
 * Checks signatures the venue's way: over the text exactly as it was sent. Written apart from our own
 * signer on purpose.
 */
import { createHmac, timingSafeEqual, verify } from 'node:crypto';
import type { ApiKey } from '#apps/exchange/accounts/accounts.ts';

const HEX_SHA256 = /^[0-9a-fA-F]{64}$/;
const ED25519_BYTES = 64;

/** True when the key's owner signed `text`. HMAC: hex in any case; Ed25519: base64. Never throws. */
export function isSignedBy(key: ApiKey, text: string, signature: string): boolean {
  if (key.kind === 'HMAC') {
    if (!HEX_SHA256.test(signature)) return false;
    const expected = createHmac('sha256', key.verifier).update(text, 'utf8').digest();
    return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
  }
  const bytes = Buffer.from(signature, 'base64');
  if (bytes.length !== ED25519_BYTES) return false;
  return verify(null, Buffer.from(text, 'utf8'), key.verifier, bytes);
}

/** Query or body without its `signature` parameter, the rest untouched, byte for byte. */
export function withoutSignature(form: string): string {
  if (!form.includes('signature=')) return form;
  return form
    .split('&')
    .filter((pair) => !pair.startsWith('signature='))
    .join('&');
}

/** What a request over the WebSocket API signs: all parameters but the signature, sorted by name, raw. */
export function socketSignedText(parameters: ReadonlyMap<string, string>): string {
  const names = [...parameters.keys()].filter((name) => name !== 'signature').sort();
  return names.map((name) => `${name}=${parameters.get(name)}`).join('&');
}
