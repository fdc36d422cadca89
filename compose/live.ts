/** Trading at a real venue, with a real account. */

import { join } from 'node:path';
import type { Environment } from '#adapters/binance/environments/environments.ts';
import { publishAccount } from '#adapters/binance/trading/account-answer.ts';
import { OrderIdText } from '#adapters/binance/trading/order-id-text.ts';
import {
  type RateLimit,
  readRateLimit,
  SPOT_RATE_LIMITS,
  USDM_RATE_LIMITS,
} from '#adapters/binance/trading/rate-limiter.ts';
import type { RequestOutcome } from '#adapters/binance/trading/request-outcome.ts';
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import type { RequestSigner } from '#adapters/signing/signing.ts';
import type { StageProbe } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { BalanceSlot } from '#contracts/order.ts';
import type { VenueBalances } from '#simulation/venue/venue.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { AssetUnits, PriceUnits, QuantityLots } from '#units/integers.ts';
import { LiveLine } from './live-line.ts';
import { LiveWorld } from './live-world.ts';
import { openSession } from './open-session.ts';
import { resolveSession, resolveVenueInstruments, type SessionSetup } from './session-setup.ts';
import type { TradingSession } from './trading-session.ts';
import type { VenueWays } from './venue-market.ts';
import { hostWays } from './venue-paper.ts';
import { askExchangeInfo, askPrice, VenueUnreachableError } from './venue-questions.ts';

export interface LiveOptions {
  readonly loaded: LoadedConfiguration;
  readonly environment: Environment;
  /** The spot key, then the perpetual's. */
  readonly signers: readonly RequestSigner[];
  readonly directory: string;
  readonly build: string;
  readonly probe: StageProbe;
  /** Words about connections and refusals, for a log. Never a key. */
  readonly onNote: (note: string) => void;
  /** Default: those of this host. */
  readonly ways?: VenueWays;
}

/**
 * Asks the venue for rules, price and account, then builds the session. Throws a
 * VenueUnreachableError when it does not answer, or not well. Nothing is sent that changes anything.
 */
export async function openLive(options: LiveOptions): Promise<TradingSession> {
  const { loaded, environment, signers } = options;
  const { configuration } = loaded;
  const ways = options.ways ?? hostWays(environment, options.onNote);
  const isHedging = configuration.hedge === 'perpetual';
  const markets = isHedging ? [Market.SPOT, Market.PERPETUAL] : [Market.SPOT];
  const answers: unknown[] = [];
  for (const market of markets) {
    answers.push(await askExchangeInfo(ways, market, configuration.symbol));
  }
  const instruments = resolveVenueInstruments(loaded, answers);
  const limits = answers.map((answer, index) => limitsOf(answer, markets[index] as Market));
  const startPriceUnits = await askPrice(ways, instruments[0] as Instrument);
  const feed = `binance:${environment.name}`;
  const configured = resolveSession(loaded, instruments, startPriceUnits, feed);
  const balances = await askBalances(configured, { options, ways, limits });
  const setup: SessionSetup = { ...configured, balances };
  const clock = new VirtualClock(ways.timers.nowMicros());
  return openSession({
    worldName: 'live',
    loaded,
    setup,
    directory: options.directory,
    epochDirectory: join(
      configuration.session.directory,
      'epochs',
      `${configuration.instance}-${environment.name}`,
    ),
    build: options.build,
    probe: options.probe,
    buildWorld: (sink) => new LiveWorld({ setup, clock, sink, ways, signers, limits }),
  });
}

/** The limits in an exchangeInfo; the documented ones when it has none that we know. */
function limitsOf(exchangeInfo: unknown, market: Market): readonly RateLimit[] {
  const rows = (exchangeInfo as { readonly rateLimits?: unknown } | null)?.rateLimits;
  const limits = (Array.isArray(rows) ? (rows as readonly unknown[]) : [])
    .map((row) => readRateLimit(row))
    .filter((limit) => limit !== null);
  if (limits.length > 0) return limits;
  return market === Market.SPOT ? SPOT_RATE_LIMITS : USDM_RATE_LIMITS;
}

interface AskingAccount {
  readonly options: LiveOptions;
  readonly ways: VenueWays;
  readonly limits: readonly (readonly RateLimit[])[];
}

/** What the account holds before anything is done with it. */
async function askBalances(setup: SessionSetup, asking: AskingAccount): Promise<VenueBalances> {
  const { options, ways, limits } = asking;
  const events: EngineEvent[] = [];
  for (const [index, instrument] of setup.instruments.entries()) {
    const line = new LiveLine({
      ways,
      instrument,
      signer: options.signers[index] as RequestSigner,
      limits: limits[index] ?? [],
      names: new OrderIdText(setup.instance),
      sink: { publish: () => undefined },
      onSnapshotRequest: () => undefined,
      onRemedy: () => undefined,
    });
    try {
      await line.time.measure();
      const account = done(await line.requests.account(), instrument, 'the account');
      const positions = done(await line.requests.positions(), instrument, 'the positions');
      const sink = { publish: (event: EngineEvent) => void events.push({ ...event }) };
      const askedMicros = ways.timers.nowMicros();
      publishAccount(account, positions, instrument, { atMicros: askedMicros, askedMicros }, sink);
    } finally {
      line.stop();
    }
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
