import type { ExecutionReport } from '#contracts/execution-report.ts';
import { CommissionAsset } from '#contracts/order.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/**
 * Fills of one kind, counted once each. Turnover outgrows every position: it is exact up to 2^53 units
 * (90 million of an asset) and a rounded statistic beyond, never a balance.
 */
export interface FillTotals {
  readonly count: number;
  readonly makerCount: number;
  readonly takerCount: number;
  readonly baseUnits: number;
  readonly notionalUnits: number;
  readonly makerNotionalUnits: number;
}

class MutableFillTotals implements FillTotals {
  count = 0;
  makerCount = 0;
  takerCount = 0;
  baseUnits = 0;
  notionalUnits = 0;
  makerNotionalUnits = 0;

  add(isMaker: boolean, baseUnits: number, notionalUnits: number): void {
    this.count += 1;
    if (isMaker) {
      this.makerCount += 1;
      this.makerNotionalUnits += notionalUnits;
    } else {
      this.takerCount += 1;
    }
    this.baseUnits += baseUnits;
    this.notionalUnits += notionalUnits;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.count);
    writer.integer(this.makerCount);
    writer.integer(this.takerCount);
    writer.float(this.baseUnits);
    writer.float(this.notionalUnits);
    writer.float(this.makerNotionalUnits);
  }

  readState(reader: StateReader): void {
    this.count = reader.integer();
    this.makerCount = reader.integer();
    this.takerCount = reader.integer();
    this.baseUnits = reader.float();
    this.notionalUnits = reader.float();
    this.makerNotionalUnits = reader.float();
  }
}

/**
 * What the summary and the page say of our fills: quoting fills (spot) and hedge fills (perpetual)
 * apart, fees per asset they were taken in, funding, and what was set aside.
 */
export class FillCounters {
  private readonly quotingTotals = new MutableFillTotals();
  private readonly hedgeTotals = new MutableFillTotals();
  /** Commission paid per CommissionAsset, in that asset's units; rebates negative. */
  private readonly commissions = new Float64Array(CommissionAsset.NONE);
  private quotingMakerFees = 0;
  fundingUnits = 0;
  fundingCount = 0;
  duplicateFills = 0;
  lateFills = 0;
  missingFills = 0;
  fillsBeforeStart = 0;
  corrections = 0;
  outdatedStatements = 0;
  duplicateFundings = 0;

  get quoting(): FillTotals {
    return this.quotingTotals;
  }

  get hedge(): FillTotals {
    return this.hedgeTotals;
  }

  /** Maker fees of quoting fills, valued in quote at each fill: the numerator of the paid maker fee. */
  get quotingMakerFeesUnits(): number {
    return this.quotingMakerFees;
  }

  /** Commission paid so far in one asset, in that asset's units. */
  commissionUnits(asset: CommissionAsset): number {
    return this.commissions[asset] ?? 0;
  }

  /** `feeValueUnits`: the commission's worth in quote. */
  addFill(
    report: Readonly<ExecutionReport>,
    isSpot: boolean,
    baseUnits: number,
    notionalUnits: number,
    feeValueUnits: number,
  ): void {
    const totals = isSpot ? this.quotingTotals : this.hedgeTotals;
    totals.add(report.isMaker, baseUnits, notionalUnits);
    if (isSpot && report.isMaker) this.quotingMakerFees += feeValueUnits;
    const asset = report.commissionAsset;
    if (asset === CommissionAsset.NONE) return;
    this.commissions[asset] = (this.commissions[asset] as number) + report.commissionUnits;
  }

  addFunding(amountUnits: number): void {
    this.fundingCount += 1;
    this.fundingUnits += amountUnits;
  }

  writeState(writer: StateWriter): void {
    this.quotingTotals.writeState(writer);
    this.hedgeTotals.writeState(writer);
    writer.floats(this.commissions, this.commissions.length);
    writer.integer(this.quotingMakerFees);
    writer.integer(this.fundingUnits);
    writer.integer(this.fundingCount);
    writer.integer(this.duplicateFills);
    writer.integer(this.lateFills);
    writer.integer(this.missingFills);
    writer.integer(this.fillsBeforeStart);
    writer.integer(this.corrections);
    writer.integer(this.outdatedStatements);
    writer.integer(this.duplicateFundings);
  }

  readState(reader: StateReader): void {
    this.quotingTotals.readState(reader);
    this.hedgeTotals.readState(reader);
    reader.floats(this.commissions);
    this.quotingMakerFees = reader.integer();
    this.fundingUnits = reader.integer();
    this.fundingCount = reader.integer();
    this.duplicateFills = reader.integer();
    this.lateFills = reader.integer();
    this.missingFills = reader.integer();
    this.fillsBeforeStart = reader.integer();
    this.corrections = reader.integer();
    this.outdatedStatements = reader.integer();
    this.duplicateFundings = reader.integer();
  }
}
