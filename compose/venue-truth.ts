import type { EventSink } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { AccountEvent, EngineEvent, MarketEvent } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { BALANCE_SLOT_COUNT, type BalanceSlot } from '#contracts/order.ts';
import type { Auditor } from '#simulation/auditor/auditor.ts';
import { IncidentKind, VenueIncident } from '#simulation/auditor/auditor-inputs.ts';
import type { FaultWindow } from '#simulation/faults/fault-script.ts';
import type { FaultNetwork } from '#simulation/faults/faults.ts';
import type { SimulatedVenue } from '#simulation/venue/venue.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { InstrumentIndex } from '#units/integers.ts';

export interface VenueTruthOptions {
  readonly auditor: Auditor;
  readonly clock: VirtualClock;
  readonly network: FaultNetwork;
  readonly instruments: readonly Instrument[];
  readonly script: readonly FaultWindow[];
  readonly startMicros: number;
}

/**
 * Stands between the world and the network: what the venue says is shown to the auditor whole and
 * true, before anything happens to it; and what was done to the account from outside is told.
 */
export class VenueTruth implements EventSink {
  private readonly options: VenueTruthOptions;
  private readonly incident = new VenueIncident();
  private readonly instruments: Instrument[];
  private readonly transferred = new Float64Array(BALANCE_SLOT_COUNT);
  private readonly foreign: number[] = [];
  private liquidations = 0;
  private corrections = 0;
  private venue: SimulatedVenue | null = null;

  constructor(options: VenueTruthOptions) {
    this.options = options;
    this.instruments = [...options.instruments];
  }

  /** The venue is built around this sink, so it comes later. */
  bind(venue: SimulatedVenue): void {
    this.venue = venue;
  }

  /** Hot: every event of the world. */
  publish(event: EngineEvent): void {
    const { auditor, clock, network } = this.options;
    const now = clock.nowMicros;
    this.lookAtInstruments();
    if (event.kind < EventKind.EXECUTION_REPORT) {
      auditor.onMarketTruth(event as MarketEvent, now);
    } else if (event.kind < EventKind.SESSION_START) {
      this.lookAtAccount();
      auditor.onVenueTruth(event as AccountEvent, now);
    }
    network.publish(event);
  }

  /** Money was moved now: told before any statement that is still under way. */
  onTransfer(): void {
    this.lookAtAccount();
  }

  /** The process has heard that it must be silent. */
  onSilenced(instrument: InstrumentIndex, untilMicros: number): void {
    const isBan = this.isOpen('ban-418', instrument);
    this.tell(isBan ? IncidentKind.BANNED : IncidentKind.RATE_LIMITED, {
      instrument,
      untilMicros,
    });
  }

  private lookAtInstruments(): void {
    const { incidents } = this.venue as SimulatedVenue;
    for (let index = 0; index < this.instruments.length; index++) {
      const definition = incidents.instrument(index as InstrumentIndex);
      if (definition === this.instruments[index]) continue;
      this.instruments[index] = definition;
      this.tell(IncidentKind.INSTRUMENT_CHANGED, { instrument: index, definition });
    }
  }

  private lookAtAccount(): void {
    const venue = this.venue as SimulatedVenue;
    for (let slot = 0; slot < BALANCE_SLOT_COUNT; slot++) {
      const total = venue.incidents.transferredUnits(slot as BalanceSlot);
      const units = total - (this.transferred[slot] as number);
      if (units === 0) continue;
      this.transferred[slot] = total;
      this.tell(IncidentKind.BALANCE_ADJUSTED, { slot, units });
    }
    for (let index = 0; index < this.instruments.length; index++) {
      const total = venue.incidents.foreignLots(index as InstrumentIndex);
      const lots = total - (this.foreign[index] ?? 0);
      if (lots === 0) continue;
      this.foreign[index] = total;
      this.tell(IncidentKind.FOREIGN_ORDER, { instrument: index, lots });
    }
    this.lookAtPosition(venue);
    if (venue.liquidationCount === this.liquidations) return;
    this.liquidations = venue.liquidationCount;
    this.tell(IncidentKind.LIQUIDATED, { instrument: this.instruments.length - 1 });
  }

  private lookAtPosition(venue: SimulatedVenue): void {
    const { lots, entryPriceUnits, count } = venue.incidents.correctedPosition;
    if (count === this.corrections) return;
    this.corrections = count;
    const instrument = this.instruments.length - 1;
    const unitsPerLot = this.instruments[instrument]?.baseUnitsPerLot ?? 0;
    this.tell(IncidentKind.POSITION_ADJUSTED, {
      ...{ instrument, units: lots * unitsPerLot, priceUnits: entryPriceUnits },
    });
  }

  private tell(kind: IncidentKind, fields: Partial<VenueIncident>): void {
    const { auditor, clock } = this.options;
    const { incident } = this;
    Object.assign(incident, new VenueIncident(), fields);
    incident.kind = kind;
    incident.nowMicros = clock.nowMicros;
    incident.venueTimeMicros = clock.nowMicros;
    auditor.onVenueIncident(incident);
  }

  private isOpen(name: FaultWindow['name'], instrument: number): boolean {
    const at = this.options.clock.nowMicros - this.options.startMicros;
    return this.options.script.some(
      (window) =>
        window.name === name &&
        (window.instrument < 0 || window.instrument === instrument) &&
        at >= window.fromMicros &&
        at <= window.fromMicros + window.lengthMicros,
    );
  }
}
