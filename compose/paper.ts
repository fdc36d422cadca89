import type { LoadedConfiguration } from '#adapters/config/config.ts';
import type { StageProbe } from '#contracts/edge-ports.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, MICROS_PER_MILLI } from '#units/integers.ts';
import { buildLatency } from './latency-model.ts';
import { openSession } from './open-session.ts';
import {
  resolveInstruments,
  resolveSession,
  SessionSetupError,
  syntheticStartPrice,
} from './session-setup.ts';
import { SyntheticWorld } from './synthetic-world.ts';
import type { TradingSession } from './trading-session.ts';

export interface PaperOptions {
  readonly loaded: LoadedConfiguration;
  readonly directory: string;
  readonly build: string;
  readonly probe: StageProbe;
}

/** Paper trading on the synthetic market. Nothing has happened yet when this returns: call `start`. */
export async function openPaper(options: PaperOptions): Promise<TradingSession> {
  const { loaded } = options;
  const { configuration } = loaded;
  const startPriceUnits = syntheticStartPrice(configuration);
  if (startPriceUnits === null) {
    throw new SessionSetupError(
      loaded.problemAt(
        'simulation.startPrice',
        `no start price is bundled for ${configuration.symbol}`,
        'Set simulation.startPrice to a decimal in quotes',
      ),
    );
  }
  const instruments = resolveInstruments(loaded, configuration.hedge === 'perpetual');
  const setup = resolveSession(loaded, instruments, startPriceUnits, 'synthetic');
  const startMillis = Date.parse(configuration.simulation.startTime);
  const clock = new VirtualClock((startMillis * MICROS_PER_MILLI) as EpochMicros);
  const latency = buildLatency(configuration, null);
  return openSession({
    worldName: 'paper',
    loaded,
    setup,
    directory: options.directory,
    build: options.build,
    probe: options.probe,
    buildWorld: (sink) => new SyntheticWorld({ configuration, setup, clock, latency, sink }),
  });
}
