/** Where `run --world live` trades and with which keys: flags, the environment, or a simulator's own words. */
import { readFileSync } from 'node:fs';
import {
  type CustomBases,
  type Environment,
  type EnvironmentName,
  environmentOf,
  isOnThisHost,
  withBases,
} from '#adapters/binance/environments/environments.ts';
import {
  Ed25519Signer,
  HmacSigner,
  type RequestSigner,
  SigningKeyError,
} from '#adapters/signing/signing.ts';
import { CliError, ExitCode, usageError } from './cli-error.ts';

export interface LiveAccessOptions extends CustomBases {
  /** `binance`, or `exchange:FILE` with the line that `doge-mm exchange --json` printed. */
  readonly venue?: string;
  readonly environment?: EnvironmentName;
  /** The switch without which production is refused. */
  readonly tradeRealMoney?: boolean;
  /** Name of a key in that file. */
  readonly key?: string;
}

export interface LiveAccess {
  readonly environment: Environment;
  /** The spot key, then the perpetual's: often the same. */
  readonly signers: readonly [RequestSigner, RequestSigner];
}

type Variables = Record<string, string | undefined>;

const EXCHANGE = 'exchange:';

/** Throws a usage error for what does not go together, and for production without its switch. */
export function liveAccess(options: LiveAccessOptions, variables: Variables): LiveAccess {
  const venue = options.venue ?? 'binance';
  if (venue.startsWith(EXCHANGE)) return simulatorAccess(venue.slice(EXCHANGE.length), options);
  if (venue !== 'binance') {
    throw usageError(
      `not a venue: "${venue}"`,
      '--venue',
      'write binance, or exchange:FILE with the line that `doge-mm exchange --json` printed',
    );
  }
  if (options.environment === undefined) {
    throw usageError(
      'live trading needs to know where',
      '--environment',
      'name testnet, demo or production',
    );
  }
  const environment = withBases(environmentOf(options.environment), options);
  assertNoMoneyByAccident(environment, options);
  const spot = signerFrom(variables, 'DOGE_MM_API');
  const hasOwnPerpKey = variables['DOGE_MM_PERP_API_KEY'] !== undefined;
  const perp = hasOwnPerpKey ? signerFrom(variables, 'DOGE_MM_PERP_API') : spot;
  return { environment, signers: [spot, perp] };
}

/** Real money only when it was said; addresses of one's own count as real unless they are on this host. */
function assertNoMoneyByAccident(environment: Environment, options: LiveAccessOptions): void {
  const isReal =
    environment.name === 'production' ||
    (environment.name === 'custom' && !isOnThisHost(environment));
  if (!isReal || options.tradeRealMoney === true) return;
  throw usageError(
    environment.name === 'production'
      ? 'production trades real money'
      : 'addresses that are not on this host may trade real money',
    '--environment',
    'add --trade-real-money if that is what you want; testnet and demo do not need it',
  );
}

function signerFrom(variables: Variables, prefix: string): RequestSigner {
  const apiKey = variables[`${prefix}_KEY`];
  const secret = variables[`${prefix}_SECRET`];
  const file = variables[`${prefix}_PRIVATE_KEY_FILE`];
  if (apiKey === undefined || (secret === undefined && file === undefined)) {
    throw new CliError({
      exitCode: ExitCode.ENVIRONMENT,
      code: 'KEY_MISSING',
      message: 'there is no API key to trade with',
      where: `${prefix}_KEY`,
      remedy: `set ${prefix}_KEY, and ${prefix}_PRIVATE_KEY_FILE (Ed25519, PEM) or ${prefix}_SECRET (HMAC)`,
    });
  }
  return makeSigner(prefix, () =>
    file === undefined
      ? new HmacSigner(apiKey, secret as string)
      : new Ed25519Signer(apiKey, readFileSync(file, 'utf8')),
  );
}

function makeSigner(where: string, make: () => RequestSigner): RequestSigner {
  try {
    return make();
  } catch (error) {
    const isExpected = error instanceof SigningKeyError || isFileError(error);
    if (!isExpected) throw error;
    const { message } = error;
    const remedy = 'check the key and the file; the key itself is never printed';
    throw new CliError(
      { exitCode: ExitCode.ENVIRONMENT, code: 'KEY_UNUSABLE', message, where, remedy },
      { cause: error },
    );
  }
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

interface ExchangeKey {
  readonly name: string;
  readonly kind: string;
  readonly apiKey: string;
  readonly secret?: string | null;
  readonly privateKeyPem?: string | null;
}

interface ExchangeLine {
  readonly spot: {
    readonly rest: string;
    readonly streams: string;
    readonly wsApi: string;
    readonly sbe: string;
  };
  readonly usdm: { readonly rest: string; readonly streams: string; readonly wsApi: string };
  readonly keys: readonly ExchangeKey[];
}

/** The simulator on this host, with one of its demo keys. */
function simulatorAccess(file: string, options: LiveAccessOptions): LiveAccess {
  const line = readLine(file);
  const { spot, usdm, keys } = line;
  const environment = withBases(environmentOf('testnet'), {
    spotRest: spot.rest,
    spotStreams: spot.streams,
    spotWsApi: withPath(spot.wsApi, '/ws-api/v3'),
    spotSbe: spot.sbe,
    usdmRest: usdm.rest,
    usdmStreams: usdm.streams,
    usdmWsApi: withPath(usdm.wsApi, '/ws-fapi/v1'),
  });
  if (!isOnThisHost(environment)) throw badLine(file, 'its addresses are not on this host');
  const key = keys.find((one) =>
    options.key === undefined ? one.kind === 'ED25519' : one.name === options.key,
  );
  if (key === undefined) throw badLine(file, `it has no key "${options.key ?? 'ED25519'}"`);
  const signer = makeSigner(file, () =>
    key.kind === 'ED25519'
      ? new Ed25519Signer(key.apiKey, key.privateKeyPem ?? '')
      : new HmacSigner(key.apiKey, key.secret ?? ''),
  );
  return { environment, signers: [signer, signer] };
}

function withPath(url: string, path: string): string {
  return new URL(url).pathname === '/' ? `${url.replace(/\/+$/, '')}${path}` : url;
}

function readLine(file: string): ExchangeLine {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw badLine(file, error instanceof Error ? error.message : String(error), error);
  }
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (error) {
    throw badLine(file, 'it is not one JSON object', error);
  }
  const { spot, usdm, keys } = (line ?? {}) as Partial<ExchangeLine>;
  const texts = [spot?.rest, spot?.streams, spot?.wsApi, spot?.sbe];
  const all = [...texts, usdm?.rest, usdm?.streams, usdm?.wsApi];
  if (!all.every((one) => typeof one === 'string' && URL.canParse(one)) || !Array.isArray(keys)) {
    throw badLine(file, 'it has not the addresses and keys of an exchange');
  }
  return line as ExchangeLine;
}

function badLine(file: string, why: string, cause?: unknown): CliError {
  return new CliError(
    {
      exitCode: ExitCode.ENVIRONMENT,
      code: 'EXCHANGE_UNKNOWN',
      message: `${file}: ${why}`,
      where: file,
      remedy: 'write the line of `doge-mm exchange --json` into this file and name it again',
    },
    { cause },
  );
}
