/** The signing port and its two algorithms. A signer keeps its secret to itself, also when printed. */
import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';

/** Proves to a venue that a text comes from the holder of an API key. */
export interface RequestSigner {
  /** Public name of the key. */
  readonly apiKey: string;
  /** The venue accepts this kind of key for `session.logon`. */
  readonly canLogOn: boolean;
  /** The signature of the UTF-8 bytes of `text`: hex (HMAC) or base64 (Ed25519). */
  sign(text: string): string;
}

/** The key cannot be used. `message` never contains a byte of it. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
}

/** HMAC-SHA256, hex. Throws a SigningKeyError on an empty key or secret. */
export class HmacSigner implements RequestSigner {
  readonly apiKey: string;
  readonly canLogOn = false;
  readonly #secret: string;

  constructor(apiKey: string, secret: string) {
    assertApiKey(apiKey);
    if (secret === '') throw new SigningKeyError('the API secret is empty: set it beside the key');
    this.apiKey = apiKey;
    this.#secret = secret;
  }

  sign(text: string): string {
    return createHmac('sha256', this.#secret).update(text, 'utf8').digest('hex');
  }
}

/** Ed25519, base64. Throws a SigningKeyError when `privateKeyPem` is no PEM of an Ed25519 private key. */
export class Ed25519Signer implements RequestSigner {
  readonly apiKey: string;
  readonly canLogOn = true;
  readonly #key: KeyObject;

  constructor(apiKey: string, privateKeyPem: string) {
    assertApiKey(apiKey);
    this.apiKey = apiKey;
    this.#key = readKey(privateKeyPem);
  }

  sign(text: string): string {
    return sign(null, Buffer.from(text, 'utf8'), this.#key).toString('base64');
  }
}

function readKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    throw new SigningKeyError('not a PEM private key: use the unencrypted PKCS#8 file of the key', {
      cause: error,
    });
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new SigningKeyError(`an Ed25519 key is needed, this one is ${key.asymmetricKeyType}`);
  }
  return key;
}

function assertApiKey(apiKey: string): void {
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new SigningKeyError('the API key is empty or has characters that no key has');
  }
}
