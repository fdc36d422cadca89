import { ExitCode, usageError } from '#apps/cli/cli-error.ts';
import { say, writeJson } from '#apps/cli/output.ts';
import type { Accounts, ApiKey } from '#apps/exchange/accounts/accounts.ts';
import { demoAccounts } from '#apps/exchange/accounts/demo-accounts.ts';
import { keySource } from '#apps/exchange/accounts/key-making.ts';
import { readKeysFile } from '#apps/exchange/accounts/keys-file.ts';
import { type RunningExchange, startExchange } from '#apps/exchange/exchange.ts';
import { FAULT_NAMES, type FaultName, isFaultName } from '#apps/exchange/faults/fault-names.ts';
import { Faults } from '#apps/exchange/faults/faults.ts';
import {
  LISTED_SYMBOLS,
  type ListedSymbol,
  listedSymbol,
} from '#apps/exchange/market/exchange-instruments.ts';
import { checkPlayable, RecordedMarkets } from '#apps/exchange/market/recorded-markets.ts';
import { RecordingFileError, readRecording } from '#apps/exchange/market/recording-file.ts';
import type { ExchangeMarkets } from '#apps/exchange/market/symbol-market.ts';
import { SyntheticMarkets } from '#apps/exchange/market/synthetic-markets.ts';
import { formatScaled } from '#units/decimal-text.ts';
import { type EpochMicros, MICROS_PER_MILLI } from '#units/integers.ts';

export interface ExchangeCommandOptions {
  readonly symbols: string;
  readonly market: string;
  readonly portSpot: string;
  readonly portUsdm: string;
  readonly portSbe: string;
  readonly portAdmin: string;
  readonly faults: readonly string[];
  readonly keys?: string;
  readonly seed?: string;
  readonly legacy?: boolean;
  readonly json?: boolean;
}

const BALANCE_DECIMALS = 8;
const PORT_MAX = 65_535;
const SEED_DEFAULT = 1;
const RECORDING_PREFIX = 'recording:';
const PACING = { wallMicros, onProblem: sayProblem };

/** `exchange`: serves the venue simulator until SIGINT or SIGTERM. */
export async function runExchange(options: ExchangeCommandOptions): Promise<ExitCode> {
  const seed = options.seed === undefined ? null : wholeNumber(options.seed, '--seed', 2 ** 32);
  const { symbols, open } = chooseMarket(options, seed ?? SEED_DEFAULT);
  const accounts = openAccounts(options.keys, symbols, seed);
  const faults = new Faults({ seed: seed ?? SEED_DEFAULT, names: readFaults(options.faults) });
  const ports = {
    portSpot: wholeNumber(options.portSpot, '--port-spot', PORT_MAX),
    portUsdm: wholeNumber(options.portUsdm, '--port-usdm', PORT_MAX),
    portSbe: wholeNumber(options.portSbe, '--port-sbe', PORT_MAX),
    portAdmin: wholeNumber(options.portAdmin, '--port-admin', PORT_MAX),
  };
  const signal = nextSignal();
  const exchange = await startExchange({
    ...ports,
    markets: open(),
    accounts,
    faults,
    isLegacy: options.legacy === true,
    onProblem: sayProblem,
  });
  announce(exchange, accounts, symbols, options.json === true);
  const received = await signal;
  await exchange.close();
  return received === 'SIGINT' ? ExitCode.INTERRUPTED : ExitCode.OK;
}

/** Who trades on the exchange, and in what. Throws a usage error. */
interface ChosenMarket {
  readonly symbols: readonly ListedSymbol[];
  /** Starts it. */
  open(): ExchangeMarkets;
}

function chooseMarket(
  { market, symbols: names }: ExchangeCommandOptions,
  seed: number,
): ChosenMarket {
  if (market === 'synthetic') {
    const symbols = readSymbols(names);
    return { symbols, open: () => new SyntheticMarkets({ symbols, seed, ...PACING }) };
  }
  if (!market.startsWith(RECORDING_PREFIX)) {
    throw usageError(
      `no such market: ${market}`,
      '--market',
      'use synthetic, or recording:FILE[,FILE...]',
    );
  }
  const files = market.slice(RECORDING_PREFIX.length).split(',');
  try {
    const recordings = files.map((file) => readRecording(file.trim()));
    checkPlayable(recordings);
    const symbols = readSymbols([...new Set(recordings.map(({ symbol }) => symbol))].join(','));
    return { symbols, open: () => new RecordedMarkets({ recordings, ...PACING }) };
  } catch (error) {
    if (!(error instanceof RecordingFileError)) throw error;
    throw usageError(error.message, '--market', 'name files that the recorder wrote, one a market');
  }
}

function announce(
  exchange: RunningExchange,
  accounts: Accounts,
  symbols: readonly ListedSymbol[],
  isJson: boolean,
): void {
  const { spot, usdm, admin } = exchange.addresses;
  const names = symbols.map(({ symbol }) => symbol);
  if (isJson) {
    const keys = accounts.allKeys.map((key) => keyRow(accounts, key));
    writeJson({ spot, usdm, symbols: names, keys, admin });
    return;
  }
  say(`serving ${names.join(', ')}; Ctrl-C ends it`);
  say(`  spot   REST ${spot.rest}   streams ${spot.streams}   WebSocket API ${spot.wsApi}`);
  say(`  spot   binary streams ${spot.sbe}`);
  say(`  usdm   REST ${usdm.rest}   streams ${usdm.streams}   WebSocket API ${usdm.wsApi}`);
  say(`  admin  ${admin}`);
  for (const key of accounts.allKeys) {
    const secret = key.kind === 'HMAC' ? key.secret : 'its private key stands in the --json line';
    say(`  key    ${key.name} (${key.kind}): ${key.apiKey}  ${secret}`);
  }
}

function keyRow(accounts: Accounts, key: ApiKey): Readonly<Record<string, unknown>> {
  const account = accounts.account(key.accountId);
  const texts = (balances: ReadonlyMap<string, number>): Readonly<Record<string, string>> =>
    Object.fromEntries(
      [...balances].map(([asset, units]) => [asset, formatScaled(units, BALANCE_DECIMALS)]),
    );
  return {
    name: key.name,
    kind: key.kind,
    apiKey: key.apiKey,
    secret: key.secret === '' ? null : key.secret,
    privateKeyPem: key.privateKeyPem === '' ? null : key.privateKeyPem,
    account: account.name,
    permissions: [...key.permissions],
    balances: { spot: texts(account.spotBalances), usdm: texts(account.usdmBalances) },
  };
}

function openAccounts(
  file: string | undefined,
  symbols: readonly ListedSymbol[],
  seed: number | null,
): Accounts {
  if (file !== undefined) return readKeysFile(file, keySource(seed));
  const assets = new Set(symbols.flatMap(({ baseAsset, quoteAsset }) => [baseAsset, quoteAsset]));
  return demoAccounts([...assets], seed);
}

function readSymbols(text: string): readonly ListedSymbol[] {
  return text.split(',').map((name) => {
    const found = listedSymbol(name.trim().toUpperCase());
    if (found === null) {
      throw usageError(
        `the exchange does not list ${name}`,
        '--symbols',
        `choose from ${LISTED_SYMBOLS.join(', ')}`,
      );
    }
    return found;
  });
}

function readFaults(words: readonly string[]): readonly FaultName[] {
  const names = words.flatMap((word) => word.split(',')).map((name) => name.trim());
  if (names.includes('all')) return FAULT_NAMES;
  return names
    .filter((name) => name !== 'none' && name !== '')
    .map((name) => {
      if (isFaultName(name)) return name;
      throw usageError(
        `no such fault: ${name}`,
        '--faults',
        `use all, none, or of ${FAULT_NAMES.join(', ')}`,
      );
    });
}

function wholeNumber(text: string, flag: string, maximum: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= maximum) return value;
  throw usageError(`not a whole number from 0 to ${maximum}: ${text}`, flag, 'mend the number');
}

function sayProblem(error: unknown): void {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

function wallMicros(): EpochMicros {
  return (Date.now() * MICROS_PER_MILLI) as EpochMicros;
}

function nextSignal(): Promise<'SIGINT' | 'SIGTERM'> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve('SIGINT'));
    process.once('SIGTERM', () => resolve('SIGTERM'));
  });
}
