/** A world that outlives its processes, for tests of what processes do to each other. */
import { loadConfiguration } from '#adapters/config/config.ts';
import {
  type MemoryStorage,
  readSession,
  Verifier,
  type VerifyResult,
  verifySession,
} from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import type { OrderCommand, RequestCommand } from '#contracts/commands.ts';
import type { Storage } from '#contracts/edge-ports.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros, PriceUnits } from '#units/integers.ts';
import { Engine } from './engine.ts';
import { EventRelay } from './event-relay.ts';
import { buildLatency } from './latency-model.ts';
import { resolveInstruments, resolveSession } from './session-setup.ts';
import { SyntheticWorld } from './synthetic-world.ts';
import { TradingProcess, type TradingProcessOptions } from './trading-process.ts';

const START = 1_767_225_600_000_000 as EpochMicros;
const PRICE = 12_000_000 as PriceUnits;

/** A market, a venue and a disk, and what each process on them is made of. */
export class Surroundings<Disk extends Storage = MemoryStorage> {
  readonly loaded = loadConfiguration({
    file: null,
    overrides: [{ path: 'profile', value: 'naive-touch' }],
  });
  readonly setup = resolveSession(
    this.loaded,
    resolveInstruments(this.loaded, true),
    PRICE,
    'synthetic',
  );
  readonly clock = new VirtualClock(START);
  readonly relay = new EventRelay();
  readonly world = new SyntheticWorld({
    configuration: this.loaded.configuration,
    setup: this.setup,
    clock: this.clock,
    latency: buildLatency(this.loaded.configuration, null),
    sink: this.relay,
  });
  readonly storage: Disk;
  readonly sent: number[] = [];
  onSubmit: (command: Readonly<OrderCommand | RequestCommand>) => void = () => undefined;

  constructor(storage: Disk) {
    this.storage = storage;
  }

  open(extra: Partial<TradingProcessOptions> = {}): TradingProcess {
    const { limits, session } = this.loaded.configuration;
    const process = new TradingProcess({
      setup: this.setup,
      model: null,
      worldName: 'test',
      program: { build: 'test', nodeVersion: '24.0.0' },
      checkpointEvents: session.checkpointEvents,
      leaseExpiryMicros: limits.leaseExpiry,
      leaseRenewalMicros: limits.leaseRenewal,
      ownOrdersInBook: true,
      clock: this.clock,
      wallClock: { nowMicros: () => this.clock.nowMicros },
      storage: this.storage,
      gateway: {
        submit: (command: Readonly<OrderCommand | RequestCommand>) => {
          this.onSubmit(command);
          this.sent.push(command.kind);
          this.world.venue.submit(command);
        },
      },
      probe: new NoProbe(),
      ...extra,
    });
    this.relay.bind(process);
    return process;
  }

  begin(process: TradingProcess): void {
    process.start();
    this.world.venue.publishAccount();
    this.world.start();
  }

  /** Replays everything that the storage holds. */
  verify(): VerifyResult {
    const verifier = new Verifier();
    const engine = new Engine({
      configuration: this.setup.engine,
      output: verifier,
      probe: new NoProbe(),
      model: null,
    });
    return verifySession(readSession(this.storage), engine, verifier);
  }

  runFor(seconds: number): void {
    this.clock.runUntil((this.clock.nowMicros + seconds * 1_000_000) as EpochMicros);
  }
}
