/** The way to the ccxt library: loaded when first asked for, never before. */
import { wordsOf } from './failure-table.ts';
import type { CcxtExchange, CcxtMarket } from './library-interface.ts';

const REMEDY_BY_CODE = {
  CCXT_MISSING: 'install it (npm ci without --omit=optional), or use another feed',
  UNKNOWN_EXCHANGE: 'write the exchange as the library does, like ccxt:kraken',
  CCXT_UNREACHABLE: 'check the network and that this exchange serves your country, then run again',
} as const;
export type CcxtErrorCode = keyof typeof REMEDY_BY_CODE;

/** The library, an exchange of it, or the way to that exchange is not there. */
export class CcxtError extends Error {
  override readonly name = 'CcxtError';
  readonly code: CcxtErrorCode;
  readonly where: string;

  constructor(code: CcxtErrorCode, place: ErrorOptions & { readonly where: string }, what: string) {
    super(what, place);
    this.code = code;
    this.where = place.where;
  }

  get remedy(): string {
    return REMEDY_BY_CODE[this.code];
  }
}

export interface ExchangeOptions {
  /** The library's name of the exchange: "kraken". */
  readonly id: string;
  /** The exchange's test environment, where the library knows one. */
  readonly isSandbox: boolean;
  /** More settings of the library: keys, base addresses. Never logged. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

type ExchangeClass = new (settings: Readonly<Record<string, unknown>>) => CcxtExchange;

/** What is taken of the library. */
export interface CcxtLibrary {
  readonly exchanges: readonly string[];
  /** Exchanges with streams. */
  readonly pro: Readonly<Record<string, unknown>>;
}

/** Longest time for one request. An order is in doubt after it. */
const ANSWER_MILLIS_MAX = 10_000;

/** Loads the library. Throws a CcxtError CCXT_MISSING. */
export async function loadLibrary(): Promise<CcxtLibrary> {
  try {
    const { default: library } = await import('ccxt');
    return library as unknown as CcxtLibrary;
  } catch (error) {
    throw new CcxtError('CCXT_MISSING', { where: 'ccxt', cause: error }, 'ccxt is not installed');
  }
}

/** One exchange, with streams where the library has them. Throws a CcxtError. Sends nothing. */
export function openExchange(library: CcxtLibrary, options: ExchangeOptions): CcxtExchange {
  const { id, isSandbox, settings } = options;
  const where = `ccxt:${id}`;
  if (!library.exchanges.includes(id)) {
    const near = library.exchanges.filter((name) => name.startsWith(id.slice(0, 3)));
    const hint = near.length === 0 ? '' : `; did you mean ${near.slice(0, 5).join(', ')}?`;
    const what = `not among the ${library.exchanges.length} exchanges of ccxt${hint}`;
    throw new CcxtError('UNKNOWN_EXCHANGE', { where }, what);
  }
  const classes = library as unknown as Readonly<Record<string, unknown>>;
  const Exchange = (library.pro[id] ?? classes[id]) as ExchangeClass;
  const { options: given, ...others } = settings ?? {};
  const exchange = new Exchange({
    // Texts wherever the library parses numbers itself.
    number: String,
    timeout: ANSWER_MILLIS_MAX,
    enableRateLimit: true,
    ...others,
    // The library would send a failed request again: an order twice.
    options: { ...(given as object | undefined), maxRetriesOnFailure: 0 },
  });
  if (isSandbox) exchange.setSandboxMode(true);
  return exchange;
}

/** All markets of an exchange. Throws a CcxtError CCXT_UNREACHABLE. */
export async function loadMarkets(
  exchange: CcxtExchange,
): Promise<Readonly<Record<string, CcxtMarket>>> {
  return ask(exchange, 'loadMarkets', () => exchange.loadMarkets());
}

/** One question before a session. Throws a CcxtError CCXT_UNREACHABLE with the library's words. */
export async function ask<Answer>(
  exchange: CcxtExchange,
  what: string,
  question: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await question();
  } catch (error) {
    const where = `ccxt:${exchange.id}`;
    throw new CcxtError('CCXT_UNREACHABLE', { where, cause: error }, `${what}: ${wordsOf(error)}`);
  }
}
