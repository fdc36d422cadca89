/** The account before a live session: what must hold, what it holds, what it pays. Nothing is traded here. */
import { isOnThisHost } from '#adapters/binance/environments/environments.ts';
import { runStartChecks } from '#adapters/binance/start-checks/start-checks.ts';
import { VenueStartQuestions } from '#adapters/binance/start-checks/start-questions.ts';
import { publishAccount } from '#adapters/binance/trading/account-answer.ts';
import { OrderIdText } from '#adapters/binance/trading/order-id-text.ts';
import type { RateLimit } from '#adapters/binance/trading/rate-limiter.ts';
import type { RequestOutcome } from '#adapters/binance/trading/request-outcome.ts';
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import type { RequestSigner } from '#adapters/signing/signing.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { BalanceSlot } from '#contracts/order.ts';
import type { VenueBalances } from '#simulation/venue/venue.ts';
import {
  type AssetUnits,
  MICROS_PER_MILLI,
  type PriceUnits,
  type QuantityLots,
} from '#units/integers.ts';
import { LiveLine } from './live-line.ts';
import type { VenueWays } from './venue-market.ts';
import { VenueUnreachableError } from './venue-questions.ts';

/** Something at the venue forbids to trade; `message` says what, and what to do. */
export class TradingRefusedError extends Error {
  override readonly name = 'TradingRefusedError';
  readonly code = 'TRADING_REFUSED';
  readonly where: string;
  readonly remedy =
    'change what the sentences above name at the venue or in the configuration, then run again';

  constructor(sentences: readonly string[], where: string) {
    super(sentences.join(' '));
    this.where = where;
  }
}

export interface AccountPreparation {
  /** The same with the commission that this account pays. */
  readonly instruments: readonly Instrument[];
  readonly balances: VenueBalances;
}

export interface PreparationOptions {
  readonly loaded: LoadedConfiguration;
  readonly ways: VenueWays;
  readonly instruments: readonly Instrument[];
  readonly signers: readonly RequestSigner[];
  readonly limits: readonly (readonly RateLimit[])[];
}

/**
 * Runs the checks of the start and reads the account. Position mode, margin type and leverage are set
 * where no real money is; in production they are only compared. Throws a TradingRefusedError when a check
 * forbids to trade, a VenueUnreachableError when an answer is missing.
 */
export async function prepareAccount(options: PreparationOptions): Promise<AccountPreparation> {
  const lines = openLines(options);
  try {
    const instruments = await checkStart(options, lines);
    return { instruments, balances: await askBalances(options, lines) };
  } finally {
    for (const line of lines) line.stop();
  }
}

/** Lines that only ask: no socket is opened, and what comes back is nobody's event. */
function openLines({ loaded, ways, instruments, signers, limits }: PreparationOptions): LiveLine[] {
  const names = new OrderIdText(loaded.configuration.instance);
  return instruments.map(
    (instrument, index) =>
      new LiveLine({
        ways,
        instrument,
        signer: signers[index] as RequestSigner,
        limits: limits[index] ?? [],
        names,
        sink: { publish: () => undefined },
        onSnapshotRequest: () => undefined,
        onRemedy: () => undefined,
      }),
  );
}

async function checkStart(
  { loaded, ways, instruments }: PreparationOptions,
  lines: readonly LiveLine[],
): Promise<readonly Instrument[]> {
  const [spot, perpetual] = lines as [LiveLine, LiveLine | undefined];
  const { environment, onNote, timers } = ways;
  const isReal =
    environment.name === 'production' ||
    (environment.name === 'custom' && !isOnThisHost(environment));
  const lineOf = (market: Market): LiveLine =>
    market === Market.SPOT ? spot : (perpetual ?? spot);
  const report = await runStartChecks({
    questions: new VenueStartQuestions({
      spot: spot.link,
      perpetual: perpetual?.link ?? null,
      tellsKeyPermissions: isReal,
      clockOffset: (market) => lineOf(market).time.measure(),
    }),
    instruments,
    leverage: loaded.configuration.account.leverage,
    marginType: 'CROSSED',
    maySet: !isReal,
    nowMillis: Math.floor(timers.nowMicros() / MICROS_PER_MILLI),
  });
  for (const { name, verdict, sentence } of report.checks) {
    if (verdict !== 'PASSED') onNote(`${name}: ${sentence}`);
  }
  if (!report.mayTrade) {
    const refused = report.checks.filter(({ verdict }) => verdict === 'REFUSED');
    throw new TradingRefusedError(
      refused.map(({ sentence }) => sentence),
      `${environment.name}: ${refused.map(({ name }) => name).join(', ')}`,
    );
  }
  return instruments.map((instrument, index) => {
    const rates = report.commissions[index];
    return rates === null || rates === undefined
      ? instrument
      : { ...instrument, makerFeeRate: rates.makerFeeRate, takerFeeRate: rates.takerFeeRate };
  });
}

/** What the account holds before anything is done with it. */
async function askBalances(
  { ways, instruments }: PreparationOptions,
  lines: readonly LiveLine[],
): Promise<VenueBalances> {
  const events: EngineEvent[] = [];
  const sink = { publish: (event: EngineEvent) => void events.push({ ...event }) };
  for (const [index, instrument] of instruments.entries()) {
    const { requests } = lines[index] as LiveLine;
    const askedMicros = ways.timers.nowMicros();
    const account = done(await requests.account(), instrument, 'the account');
    const positions = done(await requests.positions(), instrument, 'the positions');
    publishAccount(account, positions, instrument, { atMicros: askedMicros, askedMicros }, sink);
  }
  return balancesOf(events);
}

function done(outcome: RequestOutcome, instrument: Instrument, what: string): unknown {
  if (outcome.kind === 'DONE') return outcome.result;
  const why =
    outcome.kind === 'NOT_SENT'
      ? outcome.why
      : `${outcome.failure.status} ${outcome.failure.code} ${outcome.failure.message}`;
  const market = instrument.market === Market.SPOT ? 'spot' : 'USD-M';
  throw new VenueUnreachableError(`the venue did not tell ${what}: ${why}`, {
    where: `${market} account`,
  });
}

function balancesOf(events: readonly EngineEvent[]): VenueBalances {
  const units = (slot: BalanceSlot): AssetUnits => {
    let sum = 0;
    for (const event of events) {
      if (event.kind === EventKind.BALANCE && event.slot === slot) {
        sum = event.freeUnits + (slot === BalanceSlot.PERP_MARGIN ? 0 : event.lockedUnits);
      }
    }
    return sum as AssetUnits;
  };
  let positionLots = 0 as QuantityLots;
  let entryPriceUnits = 0 as PriceUnits;
  for (const event of events) {
    if (event.kind !== EventKind.PERP_POSITION) continue;
    ({ positionLots, entryPriceUnits } = event);
  }
  return {
    baseUnits: units(BalanceSlot.SPOT_BASE),
    quoteUnits: units(BalanceSlot.SPOT_QUOTE),
    feeAssetUnits: units(BalanceSlot.SPOT_FEE_ASSET),
    marginUnits: units(BalanceSlot.PERP_MARGIN),
    positionLots,
    entryPriceUnits,
  };
}
