/** Paper trading on the data of a real venue: its market, a simulated account. Needs no key. */
import type { Environment } from '#adapters/binance/environments/environments.ts';
import { SystemTimers } from '#adapters/clock/timers.ts';
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import { httpGet } from '#adapters/connection/http-get.ts';
import { openWebSocket } from '#adapters/connection/wire-socket.ts';
import type { StageProbe } from '#contracts/edge-ports.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { buildLatency } from './latency-model.ts';
import { openSession } from './open-session.ts';
import { resolveSession, resolveVenueInstruments } from './session-setup.ts';
import type { TradingSession } from './trading-session.ts';
import { VenueMarket, type VenueWays } from './venue-market.ts';
import { VenuePaperWorld } from './venue-paper-world.ts';
import { askExchangeInfo, askPrice } from './venue-questions.ts';
import { venueFees } from './venue-settings.ts';

export interface VenuePaperOptions {
  readonly loaded: LoadedConfiguration;
  readonly environment: Environment;
  readonly directory: string;
  readonly build: string;
  readonly probe: StageProbe;
  /** Words about connections, for a log. */
  readonly onNote: (note: string) => void;
}

/** The ways of this host. */
export function hostWays(environment: Environment, onNote: (note: string) => void): VenueWays {
  return {
    environment,
    onNote,
    timers: new SystemTimers(),
    open: openWebSocket,
    get: httpGet,
    attempts: new AttemptBudget(),
    random: Math.random,
  };
}

/**
 * Asks the venue for its instruments and a price, then builds the session. Throws a
 * VenueUnreachableError when it does not answer. Connections open with the session's `start`.
 */
export async function openVenuePaper(options: VenuePaperOptions): Promise<TradingSession> {
  const { loaded, environment } = options;
  const { configuration } = loaded;
  const ways = hostWays(environment, options.onNote);
  const markets =
    configuration.hedge === 'perpetual' ? [Market.SPOT, Market.PERPETUAL] : [Market.SPOT];
  const answers: unknown[] = [];
  for (const market of markets) {
    answers.push(await askExchangeInfo(ways, market, configuration.symbol));
  }
  const instruments = resolveVenueInstruments(loaded, answers);
  const startPriceUnits = await askPrice(ways, instruments[0] as Instrument);
  const setup = resolveSession(loaded, instruments, startPriceUnits, `binance:${environment.name}`);
  const clock = new VirtualClock(ways.timers.nowMicros());
  const latency = buildLatency(configuration, null);
  return openSession({
    worldName: 'paper',
    loaded,
    setup,
    directory: options.directory,
    build: options.build,
    probe: options.probe,
    buildWorld: (sink) =>
      new VenuePaperWorld({
        configuration,
        setup,
        clock,
        latency,
        sink,
        wall: ways.timers,
        fees: venueFees(configuration),
        openMarket: (instrument, into) => new VenueMarket({ ways, instrument, sink: into }),
      }),
  });
}
