import { SystemClock } from '#adapters/clock/clock.ts';
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import { FileStorage, type FrameSink, GroupCommit } from '#adapters/journal/journal.ts';
import type { EventSink, StageProbe } from '#contracts/edge-ports.ts';
import type { EpochMicros } from '#units/integers.ts';
import { EventRelay } from './event-relay.ts';
import { type JournalPlace, openInlineSink } from './process-life.ts';
import { loadQuoteModel } from './quote-model-file.ts';
import { type SessionSetup, SessionSetupError } from './session-setup.ts';
import { checkSetup } from './setup-checks.ts';
import { TradingProcess } from './trading-process.ts';
import { TradingSession } from './trading-session.ts';
import type { TradingWorld } from './trading-world.ts';

export interface OpenSessionOptions {
  /** Name in the session's header: paper, backtest. */
  readonly worldName: string;
  readonly loaded: LoadedConfiguration;
  readonly setup: SessionSetup;
  /** Folder of this session; made when missing, refused when it holds one. */
  readonly directory: string;
  /** Version and commit of the program. */
  readonly build: string;
  readonly probe: StageProbe;
  /** Before it the session only listens and learns; see TradingSession. */
  readonly tradeFromMicros?: EpochMicros;
  /**
   * Where the epoch lives when sessions come and go at one venue. Default: the session's own folder,
   * which is right only where the venue begins and ends with the session.
   */
  readonly epochDirectory?: string;
  /** Builds the world around the sink that leads into the engine. */
  readonly buildWorld: (sink: EventSink) => TradingWorld;
}

/**
 * Puts one session together, in the order in which things depend on each other: world, journal,
 * engine, host. Throws JournalError SESSION_EXISTS when the folder holds a session.
 */
export async function openSession(options: OpenSessionOptions): Promise<TradingSession> {
  const { loaded, setup, directory, probe } = options;
  const { configuration } = loaded;
  assertSetup(loaded, setup);
  const model = await loadQuoteModel(
    loaded.model?.path ?? '',
    setup.engine.pricing.model,
    setup.modelSha256,
  );

  // The world first: settings it refuses must not leave the folder of a session that never was.
  const relay = new EventRelay();
  const world = options.buildWorld(relay);
  const storage = new FileStorage(directory);
  // Write-ahead only at a venue that outlives the process. Elsewhere no order outlives the memory of its
  // cause, and a session as fast as it goes would sync for every hedge.
  const isWorker = configuration.session.durability === 'worker';
  const writeAhead = isWorker ? 'hold' : 'flush';
  const trading = new TradingProcess({
    setup,
    model,
    worldName: options.worldName,
    program: { build: options.build, nodeVersion: process.versions.node },
    checkpointEvents: configuration.session.checkpointEvents,
    leaseExpiryMicros: configuration.limits.leaseExpiry,
    leaseRenewalMicros: configuration.limits.leaseRenewal,
    ownOrdersInBook: world.ownOrdersInBook,
    clock: world.clock,
    wallClock: new SystemClock(),
    storage,
    gateway: world.venue,
    probe,
    ...(options.epochDirectory === undefined
      ? {}
      : { epochStorage: new FileStorage(options.epochDirectory) }),
    ...(world.isLiveVenue === true ? { writeAhead } : {}),
    openSink: (place) => commitSink(loaded, directory, place),
  });
  relay.bind(trading);
  return new TradingSession({
    process: trading,
    relay,
    world,
    ...(options.tradeFromMicros === undefined ? {} : { tradeFromMicros: options.tradeFromMicros }),
  });
}

function commitSink(
  loaded: LoadedConfiguration,
  directory: string,
  place: JournalPlace,
): FrameSink {
  const { durability, segmentMebibytes } = loaded.configuration.session;
  const segmentSizeMax = segmentMebibytes * 1024 * 1024;
  const { storage: _, ...position } = place;
  // The worker opens the directory itself.
  if (durability === 'worker') return new GroupCommit({ directory, segmentSizeMax, ...position });
  // Synced by the wall clock: whoever drives the session calls `makeDurable`.
  return openInlineSink(place, segmentSizeMax);
}

/** What check-config proves holds for every session. Throws a SessionSetupError for the first that does not. */
function assertSetup(loaded: LoadedConfiguration, setup: SessionSetup): void {
  for (const { problem } of checkSetup(loaded, setup)) {
    if (problem !== null) throw new SessionSetupError(problem);
  }
}
