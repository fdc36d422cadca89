import type { HedgingConfiguration } from '#contracts/configuration/hedging-configuration.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';

const WINDOW_MICROS = 60 * MICROS_PER_SECOND;

/** At most `limit` uses in any minute: remembers the times of the last `limit` uses. */
export class MinuteBudget {
  private readonly usedAtMicros: Float64Array;
  private count = 0;
  private next = 0;

  /** `limit`: a whole number; 0 allows nothing. */
  constructor(limit: number) {
    this.usedAtMicros = new Float64Array(limit);
  }

  allows(nowMicros: number): boolean {
    const limit = this.usedAtMicros.length;
    if (this.count < limit) return true;
    if (limit === 0) return false;
    return nowMicros - (this.usedAtMicros[this.next] as number) >= WINDOW_MICROS;
  }

  /** Records a use, also one beyond the budget: urgent work is never refused, but it counts. */
  use(nowMicros: number): void {
    const limit = this.usedAtMicros.length;
    if (limit === 0) return;
    this.usedAtMicros[this.next] = nowMicros;
    this.next = (this.next + 1) % limit;
    if (this.count < limit) this.count += 1;
  }

  writeState(writer: StateWriter): void {
    writer.floats(this.usedAtMicros, this.count);
    writer.integer(this.next);
  }

  readState(reader: StateReader): void {
    this.count = reader.floats(this.usedAtMicros);
    this.next = reader.integer();
  }
}

/** Budgets of hedging and what it has cost so far: distance from the mid plus fees, in quote units. */
export class HedgeGovernor {
  readonly fills: MinuteBudget;
  readonly reprices: MinuteBudget;
  readonly cancels: MinuteBudget;
  fillCount = 0;
  makerFillCount = 0;
  costUnits = 0;
  feesUnits = 0;
  notionalUnits = 0;

  constructor(configuration: HedgingConfiguration) {
    this.fills = new MinuteBudget(configuration.fillsPerMinute);
    this.reprices = new MinuteBudget(configuration.repricesPerMinute);
    this.cancels = new MinuteBudget(configuration.cancelsPerMinute);
  }

  /** `costUnits`: paid beyond the mid, negative when better than it. Fees come on top. */
  addFill(isMaker: boolean, costUnits: number, feeUnits: number, notionalUnits: number): void {
    this.fillCount += 1;
    if (isMaker) this.makerFillCount += 1;
    this.costUnits += costUnits + feeUnits;
    this.feesUnits += feeUnits;
    this.notionalUnits += notionalUnits;
  }

  writeState(writer: StateWriter): void {
    this.fills.writeState(writer);
    this.reprices.writeState(writer);
    this.cancels.writeState(writer);
    writer.integer(this.fillCount);
    writer.integer(this.makerFillCount);
    writer.integer(this.costUnits);
    writer.integer(this.feesUnits);
    // Turnover: a statistic that may outgrow what is counted exactly.
    writer.float(this.notionalUnits);
  }

  readState(reader: StateReader): void {
    this.fills.readState(reader);
    this.reprices.readState(reader);
    this.cancels.readState(reader);
    this.fillCount = reader.integer();
    this.makerFillCount = reader.integer();
    this.costUnits = reader.integer();
    this.feesUnits = reader.integer();
    this.notionalUnits = reader.float();
  }
}
