import type { Findings } from './findings.ts';

/** Changes remembered: more than happen while a statement is under way. */
const CHANGES = 512;
const STATEMENTS = 64;
/** A statement that overtook its reports is looked at again after this long. */
const PATIENCE_MICROS = 5_000_000;
const POSITION = 4;

/**
 * Holds absolute statements of the venue against own sums. A statement can overtake the reports that
 * explain it, so one that does not fit waits, and is then compared with the sum as it was at the
 * statement's venue time: changes dated later are taken out, those of the same instant one by one.
 */
export class StatementCheck {
  private readonly totals: Float64Array;
  private readonly names: readonly string[];
  private readonly findings: Findings;
  private readonly changeSlots = new Int32Array(CHANGES).fill(-1);
  private readonly changeUnits = new Float64Array(CHANGES);
  private readonly changeTimes = new Float64Array(CHANGES);
  private changeCount = 0;
  private readonly slots = new Int32Array(STATEMENTS);
  private readonly stated = new Float64Array(STATEMENTS);
  private readonly statedTimes = new Float64Array(STATEMENTS);
  private readonly dueMicros = new Float64Array(STATEMENTS);
  private head = 0;
  private tail = 0;

  constructor(totals: Float64Array, names: readonly string[], findings: Findings) {
    this.totals = totals;
    this.names = names;
    this.findings = findings;
  }

  note(slot: number, units: number, venueTimeMicros: number): void {
    const index = this.changeCount % CHANGES;
    this.changeSlots[index] = slot;
    this.changeUnits[index] = units;
    this.changeTimes[index] = venueTimeMicros;
    this.changeCount += 1;
  }

  onStatement(slot: number, units: number, venueTimeMicros: number, nowMicros: number): void {
    this.findings.count(slot === POSITION ? 6 : 7);
    if (this.totals[slot] === units) return;
    if (this.tail - this.head === STATEMENTS) this.judgeFirst();
    const index = this.tail % STATEMENTS;
    this.slots[index] = slot;
    this.stated[index] = units;
    this.statedTimes[index] = venueTimeMicros;
    this.dueMicros[index] = nowMicros + PATIENCE_MICROS;
    this.tail += 1;
  }

  poll(nowMicros: number): void {
    while (this.head < this.tail) {
      if ((this.dueMicros[this.head % STATEMENTS] as number) > nowMicros) return;
      this.judgeFirst();
    }
  }

  private judgeFirst(): void {
    const index = this.head % STATEMENTS;
    this.head += 1;
    const slot = this.slots[index] as number;
    const stated = this.stated[index] as number;
    const at = this.statedTimes[index] as number;
    if (this.fits(slot, stated, at)) return;
    const name = this.names[slot] ?? 'slot';
    this.findings.violate(
      slot === POSITION ? 6 : 7,
      `${name}: the venue stated ${stated} at ${at}, own books stand at ${this.totals[slot]}`,
    );
  }

  private fits(slot: number, stated: number, at: number): boolean {
    let sum = this.totals[slot] as number;
    const oldest = Math.max(0, this.changeCount - CHANGES);
    for (let number = this.changeCount - 1; number >= oldest; number--) {
      const index = number % CHANGES;
      if (this.changeSlots[index] !== slot) continue;
      if ((this.changeTimes[index] as number) > at) sum -= this.changeUnits[index] as number;
    }
    if (sum === stated) return true;
    for (let number = this.changeCount - 1; number >= oldest; number--) {
      const index = number % CHANGES;
      if (this.changeSlots[index] !== slot || this.changeTimes[index] !== at) continue;
      sum -= this.changeUnits[index] as number;
      if (sum === stated) return true;
    }
    return false;
  }
}
