/** Trading at a real venue, with a real account. */

import { join } from 'node:path';
import type { Environment } from '#adapters/binance/environments/environments.ts';
import {
  type RateLimit,
  rateLimitsOf,
  SPOT_RATE_LIMITS,
  USDM_RATE_LIMITS,
} from '#adapters/binance/trading/rate-limiter.ts';
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import type { RequestSigner } from '#adapters/signing/signing.ts';
import type { StageProbe } from '#contracts/edge-ports.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { prepareAccount } from './live-account.ts';
import { LiveWorld } from './live-world.ts';
import { openSession } from './open-session.ts';
import { resolveSession, resolveVenueInstruments, type SessionSetup } from './session-setup.ts';
import type { TradingSession } from './trading-session.ts';
import type { VenueWays } from './venue-market.ts';
import { hostWays } from './venue-paper.ts';
import { askExchangeInfo, askPrice } from './venue-questions.ts';

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
  const listed = resolveVenueInstruments(loaded, answers);
  const limits = answers.map((answer, index) => limitsOf(answer, markets[index] as Market));
  const startPriceUnits = await askPrice(ways, listed[0] as Instrument);
  const preparation = await prepareAccount({ loaded, ways, instruments: listed, signers, limits });
  const { instruments, balances } = preparation;
  const feed = `binance:${environment.name}`;
  const setup: SessionSetup = {
    ...resolveSession(loaded, instruments, startPriceUnits, feed),
    balances,
  };
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
  const limits = rateLimitsOf(exchangeInfo);
  if (limits.length > 0) return limits;
  return market === Market.SPOT ? SPOT_RATE_LIMITS : USDM_RATE_LIMITS;
}
