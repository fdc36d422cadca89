/**
 * What a window does by itself when it opens and when it closes. What it does to a message or to a
 * request, the line and the gate ask for when there is one.
 */
import { type Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import type { SimulatedVenue } from '#simulation/venue/venue.ts';
import {
  type EpochMicros,
  type InstrumentIndex,
  MICROS_PER_SECOND,
  NO_INSTRUMENT,
  NO_ORDER,
} from '#units/integers.ts';
import { FAULTS } from './fault-table.ts';
import type { HostClock } from './host-clock.ts';
import type { InstrumentChanges } from './instrument-changes.ts';
import type { LiveWindow } from './live-window.ts';
import type { MarketLine } from './market-line.ts';
import { type NetworkContext, strike } from './network-context.ts';
import type { PrivateLine } from './private-line.ts';
import type { OwnerCallback, ProcessTroubles } from './process-troubles.ts';
import type { VenueTroubles } from './venue-troubles.ts';

const PULSE_MICROS = MICROS_PER_SECOND / 4;
/** A connection is made anew in this time. */
export const RECONNECT_MICROS = 300_000;

const PULSED: ReadonlySet<string> = new Set(
  FAULTS.filter(({ chance }) => chance === 'pulse').map(({ name }) => name),
);

export interface WindowActionsOptions {
  readonly context: NetworkContext;
  readonly instruments: readonly Instrument[];
  readonly marketLines: readonly MarketLine[];
  readonly privateLines: readonly PrivateLine[];
  readonly venue: SimulatedVenue;
  readonly troubles: VenueTroubles;
  readonly changes: InstrumentChanges;
  readonly hostClock: HostClock;
  readonly processTroubles: ProcessTroubles;
  readonly onProcess: OwnerCallback;
  readonly onDisk: OwnerCallback;
}

export class WindowActions {
  private readonly options: WindowActionsOptions;

  constructor(options: WindowActionsOptions) {
    this.options = options;
  }

  open(live: LiveWindow): void {
    this.options.context.live.open(live);
    for (const { index } of this.options.instruments) {
      if (live.strikes(index)) this.begin(live, index);
    }
    if (PULSED.has(live.window.name)) this.pulse(live);
    this.beginForAll(live);
  }

  close(live: LiveWindow): void {
    for (const { index } of this.options.instruments) {
      if (live.strikes(index)) this.end(live, index);
    }
    this.options.context.live.close(live);
    this.endForAll(live);
  }

  /** What a window does to one instrument when it opens. */
  private begin(live: LiveWindow, index: InstrumentIndex): void {
    const { marketLines, privateLines, changes } = this.options;
    const { name, lengthMicros, strength } = live.window;
    switch (name) {
      case 'market-disconnect':
        marketLines[index]?.cut(lengthMicros, name);
        return;
      case 'cut-24h':
        marketLines[index]?.cut(lengthMicros, name);
        privateLines[index]?.cut(lengthMicros, name);
        return;
      case 'server-shutdown':
        marketLines[index]?.announceShutdown();
        this.later(strength, () => marketLines[index]?.cut(RECONNECT_MICROS, name));
        return;
      case 'user-stream-cut':
        privateLines[index]?.cut(lengthMicros, name);
        return;
      case 'rate-429':
      case 'ban-418':
        this.silence(name, index, lengthMicros);
        return;
      case 'market-dislocation':
        this.shiftMarket(live, index);
        return;
      case 'halt':
      case 'cancel-only':
        this.closeMarket(live, index);
        return;
      case 'tick-size-change':
        changes.startTick(live, index);
    }
  }

  private end(live: LiveWindow, index: InstrumentIndex): void {
    const { marketLines, venue, changes, troubles } = this.options;
    const { name, strength } = live.window;
    switch (name) {
      case 'market-one-side-frozen':
        marketLines[index]?.thaw(RECONNECT_MICROS);
        return;
      case 'foreign-order':
        venue.incidents.cancelForeign(index);
        return;
      case 'market-dislocation':
        troubles.shift(index, 0);
        return;
      case 'halt':
      case 'cancel-only':
        changes.tell(null, troubles.reopenMarket(live, index), strength);
        return;
      case 'tick-size-change':
        changes.tell(null, troubles.reopenMarket(live, index), 1);
    }
  }

  /** What a window does to the market as a whole, the clock, the process or its disk. */
  private beginForAll(live: LiveWindow): void {
    const { troubles, context, hostClock, processTroubles, onProcess, onDisk } = this.options;
    const { window } = live;
    switch (window.name) {
      case 'market-burst':
        if (!troubles.setActivity(window.strength)) return;
        context.onFault(window.name, NO_INSTRUMENT, NO_ORDER, NO_ORDER);
        return;
      case 'clock-step':
      case 'clock-drift':
        hostClock.start(live);
        return;
      case 'process-pause':
      case 'process-hang':
        processTroubles.pause(live);
        return;
      case 'process-crash':
        processTroubles.crashSoon(live);
        return;
      case 'lease-lost':
      case 'limits-tightened':
        strike(context, window.name, NO_INSTRUMENT, NO_ORDER);
        onProcess(window, true);
        return;
      default:
        if (window.name.startsWith('disk-')) onDisk(window, true);
    }
  }

  private endForAll(live: LiveWindow): void {
    const { troubles, hostClock, processTroubles, onProcess, onDisk } = this.options;
    const { window } = live;
    switch (window.name) {
      case 'market-burst':
        troubles.setActivity(1);
        return;
      case 'clock-step':
      case 'clock-drift':
        hostClock.end(live);
        return;
      case 'process-pause':
      case 'process-hang':
        processTroubles.endPause(live);
        return;
      case 'lease-lost':
      case 'limits-tightened':
        onProcess(window, false);
        return;
      default:
        if (window.name.startsWith('disk-')) onDisk(window, false);
    }
  }

  private shiftMarket({ window }: LiveWindow, index: InstrumentIndex): void {
    const { strength, salt, name } = window;
    const isShifted = this.options.troubles.shift(index, salt % 2 === 0 ? strength : -strength);
    if (isShifted) this.options.context.onFault(name, index, NO_ORDER, NO_ORDER);
  }

  /** Refusals tell of it, under the name of the harder fault. */
  private silence(
    name: 'rate-429' | 'ban-418',
    index: InstrumentIndex,
    lengthMicros: number,
  ): void {
    const { context, venue, privateLines } = this.options;
    const until = (context.clock.nowMicros + lengthMicros) as EpochMicros;
    venue.incidents.silence(index, until);
    const line = privateLines[index];
    if (line === undefined) return;
    line.silencedBy = context.live.find('ban-418', index) === null ? name : 'ban-418';
  }

  /** In a market that is closed already, or closed more strictly, it does nothing. */
  private closeMarket(live: LiveWindow, index: InstrumentIndex): void {
    const { troubles, changes, venue } = this.options;
    const { name, strength } = live.window;
    const { CANCEL_ONLY, HALT } = InstrumentStatus;
    const before = venue.incidents.instrument(index);
    const after = troubles.closeMarket(live, index, name === 'halt' ? HALT : CANCEL_ONLY);
    changes.tell(after === before ? null : name, after, strength);
  }

  private pulse(live: LiveWindow): void {
    const { context, instruments, troubles } = this.options;
    const until = context.clock.nowMicros + live.window.lengthMicros;
    const run = (): void => {
      if (context.clock.nowMicros >= until) return;
      for (const { index } of instruments) if (live.strikes(index)) troubles.pulse(live, index);
      this.later(PULSE_MICROS, run);
    };
    run();
  }

  private later(micros: number, run: () => void): void {
    const { clock } = this.options.context;
    clock.schedule((clock.nowMicros + Math.max(1, Math.round(micros))) as EpochMicros, { run });
  }
}
