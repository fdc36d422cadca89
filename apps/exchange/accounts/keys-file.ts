/** Reads accounts and keys from a file (YAML or JSON); what a key leaves out is made for it. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { parseScaled } from '#units/decimal-text.ts';
import type { AssetUnits, RateUnits } from '#units/integers.ts';
import { type Account, Accounts, type ApiKey } from './accounts.ts';
import { type KeySource, makeKey, secretVerifier } from './key-making.ts';

const DECIMALS = 8;
const decimal = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => /^-?\d+(\.\d{1,8})?$/.test(text), 'a decimal of at most 8 places is expected');
const balances = z.record(z.string().regex(/^[A-Z0-9]{1,20}$/, 'an asset is upper case'), decimal);
const KEY_TEXT = /^[\w-]{1,256}$/;

const KEY = z.strictObject({
  name: z.string().min(1),
  kind: z.enum(['HMAC', 'ED25519']),
  apiKey: z.string().regex(KEY_TEXT, 'letters, digits, - and _ only').optional(),
  secret: z.string().min(1).optional(),
  publicKeyPem: z.string().optional(),
  privateKeyPem: z.string().optional(),
  permissions: z.array(z.enum(['READ', 'TRADE', 'WITHDRAW'])).default(['READ', 'TRADE']),
  addresses: z.array(z.string()).default([]),
});

const FILE = z.strictObject({
  accounts: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        spot: balances.default({}),
        usdm: balances.default({}),
        makerFeeRate: decimal.optional(),
        takerFeeRate: decimal.optional(),
        paysFeesInBnb: z.boolean().default(false),
        keys: z.array(KEY).min(1),
      }),
    )
    .min(1),
});

/** A key file that cannot be used: `message` says what, `where` says which entry. */
export class KeysFileError extends Error {
  override readonly name = 'KeysFileError';
  readonly code = 'BAD_KEYS_FILE';
  readonly where: string;
  readonly remedy = 'mend the key file; the guide of the exchange shows a whole one';

  constructor(message: string, options: ErrorOptions & { readonly where: string }) {
    super(message, options);
    this.where = options.where;
  }
}

/** Throws KeysFileError, or the system's error when the file cannot be read. */
export function readKeysFile(path: string, source: KeySource): Accounts {
  return parseKeys(readFileSync(path, 'utf8'), path, source);
}

/** The same for text; `where` names it in errors. */
export function parseKeys(text: string, where: string, source: KeySource): Accounts {
  const checked = FILE.safeParse(parsed(text, where));
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new KeysFileError(issue?.message ?? 'not a key file', {
      where: `${where}: ${issue?.path.join('.')}`,
    });
  }
  const accounts: Account[] = [];
  const keys: ApiKey[] = [];
  for (const [id, entry] of checked.data.accounts.entries()) {
    accounts.push({
      id,
      name: entry.name,
      spotBalances: unitsOf(entry.spot),
      usdmBalances: unitsOf(entry.usdm),
      makerFeeRate: rateOf(entry.makerFeeRate),
      takerFeeRate: rateOf(entry.takerFeeRate),
      paysFeesInBnb: entry.paysFeesInBnb,
    });
    for (const [index, key] of entry.keys.entries()) {
      keys.push(keyOf(key, id, source, `${where}: accounts.${id}.keys.${index}`));
    }
  }
  try {
    return new Accounts(accounts, keys);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new KeysFileError(error.message, { where, cause: error });
  }
}

function parsed(text: string, where: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new KeysFileError(error.message, { where, cause: error });
  }
}

function keyOf(
  entry: z.infer<typeof KEY>,
  accountId: number,
  source: KeySource,
  where: string,
): ApiKey {
  const made = makeKey({ ...entry, accountId }, source);
  const apiKey = entry.apiKey ?? made.apiKey;
  if (entry.kind === 'HMAC') {
    if (entry.publicKeyPem !== undefined || entry.privateKeyPem !== undefined) {
      throw new KeysFileError('an HMAC key has a secret, no PEM', { where });
    }
    const secret = entry.secret ?? made.secret;
    return { ...made, apiKey, secret, verifier: secretVerifier(secret) };
  }
  if (entry.secret !== undefined)
    throw new KeysFileError('an Ed25519 key has no secret', { where });
  const { publicKeyPem, privateKeyPem } = entry;
  if (publicKeyPem !== undefined) {
    const verifier = ed25519(() => createPublicKey(publicKeyPem), where);
    return { ...made, apiKey, privateKeyPem: privateKeyPem ?? '', verifier };
  }
  if (privateKeyPem === undefined) return { ...made, apiKey };
  const verifier = ed25519(() => createPublicKey(createPrivateKey(privateKeyPem)), where);
  return { ...made, apiKey, privateKeyPem, verifier };
}

function ed25519(read: () => KeyObject, where: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw new KeysFileError('the PEM cannot be read', { where, cause: error });
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new KeysFileError('not an Ed25519 key', { where });
  return key;
}

function unitsOf(entries: Readonly<Record<string, string>>): ReadonlyMap<string, AssetUnits> {
  return new Map(
    Object.entries(entries).map(([asset, text]) => [
      asset,
      parseScaled(text, DECIMALS) as AssetUnits,
    ]),
  );
}

function rateOf(text: string | undefined): RateUnits | null {
  return text === undefined ? null : (parseScaled(text, DECIMALS) as RateUnits);
}
