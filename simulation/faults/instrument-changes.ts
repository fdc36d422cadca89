import { InstrumentDefinedEvent } from '#contracts/events.ts';
import { type Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import type { SimulatedVenue } from '#simulation/venue/venue.ts';
import {
  type EpochMicros,
  type InstrumentIndex,
  MICROS_PER_SECOND,
  NO_ORDER,
} from '#units/integers.ts';
import type { FaultName } from './fault-table.ts';
import type { LiveWindow } from './live-window.ts';
import type { MarketLine } from './market-line.ts';
import { hold, type NetworkContext } from './network-context.ts';
import type { VenueTroubles } from './venue-troubles.ts';

/** Longer than any report is held back: none in old ticks comes behind the new definition. */
const REFINE_AFTER_MICROS = 6 * MICROS_PER_SECOND;

export interface InstrumentChangesOptions {
  readonly context: NetworkContext;
  readonly venue: SimulatedVenue;
  readonly troubles: VenueTroubles;
  readonly instruments: readonly Instrument[];
  readonly lines: readonly MarketLine[];
}

/** What the venue changes about its instruments, and what the process knows of it. */
export class InstrumentChanges {
  private readonly options: InstrumentChangesOptions;
  /** Instruments as they were last sent to the process, and as it has heard them. */
  private readonly told: Instrument[];
  private readonly heard: Instrument[];

  constructor(options: InstrumentChangesOptions) {
    this.options = options;
    this.told = [...options.instruments];
    this.heard = [...options.instruments];
  }

  /** Ticks of the venue in one tick as the process knows it. */
  gridFactor(index: InstrumentIndex): number {
    const heard = this.heard[index];
    if (heard === undefined) return 1;
    return heard.priceUnitsPerTick / this.current(index).priceUnitsPerTick;
  }

  /** The process has heard a definition. */
  noteHeard(instrument: Instrument): void {
    this.heard[instrument.index] = instrument;
  }

  /** A new process is told all definitions as they are, by its owner. */
  noteAllHeard(): void {
    for (const { index } of this.options.instruments) {
      this.told[index] = this.current(index);
      this.heard[index] = this.current(index);
    }
  }

  /** The process learns of a new definition after so many microseconds. Undefined: there is none. */
  tell(name: FaultName | null, instrument: Instrument | undefined, micros: number): void {
    if (instrument === undefined) return;
    const { context } = this.options;
    const { link } = context;
    if (name !== null) context.onFault(name, instrument.index, NO_ORDER, NO_ORDER);
    const { generation } = link;
    this.later(micros, () => {
      // What changed in the meantime is told with it, and nothing is told twice.
      const current = this.current(instrument.index);
      if (generation !== link.generation || this.told[instrument.index] === current) return;
      this.told[instrument.index] = current;
      const event = new InstrumentDefinedEvent();
      event.instrument = current;
      hold(context, event, null, 1);
    });
  }

  /** All is cancelled, the market halts, and comes to a finer grid when nothing of the old is left. */
  startTick(live: LiveWindow, index: InstrumentIndex): void {
    const { troubles, lines } = this.options;
    const { strength, lengthMicros } = live.window;
    if (!troubles.canRefine(index, strength) || lengthMicros <= REFINE_AFTER_MICROS) return;
    // What rests and what is under way is struck now; the new grid meets an empty market.
    this.options.context.onFault('tick-size-change', index, NO_ORDER, NO_ORDER);
    this.tell(null, troubles.closeMarket(live, index, InstrumentStatus.HALT), 1);
    troubles.emptyMarket(index);
    this.later(REFINE_AFTER_MICROS, () => {
      const instrument = troubles.refineTick(index, strength);
      if (instrument === null) return;
      lines[index]?.setInstrument(instrument);
      this.tell(null, instrument, 1);
    });
  }

  private current(index: InstrumentIndex): Instrument {
    return this.options.venue.incidents.instrument(index);
  }

  private later(micros: number, run: () => void): void {
    const { clock } = this.options.context;
    clock.schedule((clock.nowMicros + Math.max(1, Math.round(micros))) as EpochMicros, { run });
  }
}
