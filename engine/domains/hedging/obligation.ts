import type { HedgingConfiguration } from '#contracts/configuration/hedging-configuration.ts';
import { HedgeUrgency } from '#contracts/hedge-command.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/** What `Obligation.update` needs to know. Amounts in base units; `excessUnits` signed: delta - target. */
export interface ObligationInput {
  readonly excessUnits: number;
  readonly bandUnits: number;
  /** Smallest excess an order can serve. */
  readonly servableUnits: number;
  readonly nowMicros: number;
  /** False: an obligation that is not open stays closed while inside the band. */
  readonly mayOpen: boolean;
}

/**
 * The duty to bring the net delta back. Opens when the delta has been beyond the trigger for the
 * netting dwell (at once when beyond the band), stays open until the delta is back at rest or on the
 * other side, and survives a restart with its id. Urgency rises with its age and with the distance.
 */
export class Obligation {
  /** Of the open obligation, or of the last one. Rises by one with each. */
  id = 0;
  isOpen = false;
  openedAtMicros = 0;
  /** +1: too long, -1: too short. */
  direction = 0;
  /** Since when the delta is beyond the trigger, the band and the hard band; 0: it is not. */
  triggeredSinceMicros = 0;
  outsideSinceMicros = 0;
  hardSinceMicros = 0;
  private readonly configuration: HedgingConfiguration;

  constructor(configuration: HedgingConfiguration) {
    this.configuration = configuration;
  }

  /** Hot: no allocation. Opens, keeps or closes the obligation. */
  update(input: ObligationInput): void {
    const { excessUnits, bandUnits, nowMicros } = input;
    const distance = Math.abs(excessUnits);
    const triggerUnits = bandUnits * this.configuration.triggerRatio;
    const isOutside = distance > bandUnits;
    const isHard = distance > bandUnits * this.configuration.hardRatio;
    this.triggeredSinceMicros = since(
      distance > triggerUnits,
      this.triggeredSinceMicros,
      nowMicros,
    );
    this.outsideSinceMicros = since(isOutside, this.outsideSinceMicros, nowMicros);
    this.hardSinceMicros = since(isHard, this.hardSinceMicros, nowMicros);
    if (this.isOpen) this.closeWhenDone(input, triggerUnits);
    if (this.isOpen || this.triggeredSinceMicros === 0) return;
    const hasDwelt = nowMicros - this.triggeredSinceMicros >= this.configuration.nettingDwellMicros;
    if (isOutside || (hasDwelt && input.mayOpen)) this.open(excessUnits, nowMicros);
  }

  /** Base units at which work ends: the rest of the band, or what no order can serve any more. */
  restUnits(bandUnits: number, servableUnits: number): number {
    const rest = bandUnits * this.configuration.restRatio;
    const trigger = bandUnits * this.configuration.triggerRatio;
    return Math.max(rest, Math.min(servableUnits, trigger));
  }

  /** `patienceMicros`: how long a resting leg may wait. Call only while open. */
  urgency(nowMicros: number, patienceMicros: number): HedgeUrgency {
    const configuration = this.configuration;
    const age = nowMicros - this.openedAtMicros;
    if (this.outsideSinceMicros > 0) {
      const outside = nowMicros - this.outsideSinceMicros;
      if (outside >= configuration.outsidePanicMicros) return HedgeUrgency.PANIC;
      if (this.hardSinceMicros > 0) return HedgeUrgency.AGGRESSIVE;
      if (outside >= configuration.outsideAggressiveMicros) return HedgeUrgency.AGGRESSIVE;
      return HedgeUrgency.NORMAL;
    }
    if (age >= configuration.aggressiveAfterMicros) return HedgeUrgency.AGGRESSIVE;
    return age >= patienceMicros ? HedgeUrgency.NORMAL : HedgeUrgency.PASSIVE;
  }

  close(): void {
    this.isOpen = false;
    this.direction = 0;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.id);
    writer.flag(this.isOpen);
    writer.integer(this.openedAtMicros);
    writer.integer(this.direction);
    writer.integer(this.triggeredSinceMicros);
    writer.integer(this.outsideSinceMicros);
    writer.integer(this.hardSinceMicros);
  }

  readState(reader: StateReader): void {
    this.id = reader.integer();
    this.isOpen = reader.flag();
    this.openedAtMicros = reader.integer();
    this.direction = reader.integer();
    this.triggeredSinceMicros = reader.integer();
    this.outsideSinceMicros = reader.integer();
    this.hardSinceMicros = reader.integer();
  }

  private open(excessUnits: number, nowMicros: number): void {
    this.isOpen = true;
    this.id += 1;
    this.openedAtMicros = nowMicros;
    this.direction = excessUnits > 0 ? 1 : -1;
  }

  private closeWhenDone(input: ObligationInput, triggerUnits: number): void {
    const distance = input.excessUnits * this.direction;
    const rest = this.restUnits(input.bandUnits, input.servableUnits);
    if (distance <= Math.min(rest, triggerUnits)) this.close();
  }
}

/** Zero is "not since any time", so an episode that starts at time zero would be lost: stamps are above it. */
function since(isTrue: boolean, sinceMicros: number, nowMicros: number): number {
  if (!isTrue) return 0;
  return sinceMicros > 0 ? sinceMicros : nowMicros;
}
