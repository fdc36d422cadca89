/**
 * The price a quote is held against, from another source than the book it came from: the hedge
 * market's mid times the slow ratio of both mids. A corrupt spot book moves the ratio only over
 * minutes. Without a hedge market it is a slow average of the quoted mid.
 *
 * Slow averages move by dt / (dt + time constant) per step: exact at any step, and without exp.
 */
import type { RiskConfiguration } from '#contracts/configuration/risk-configuration.ts';
import { BookStatus, type MarketSnapshot, type Markets } from '#contracts/market-snapshot.ts';
import type { InstrumentTable } from '#contracts/ports.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { type InstrumentIndex, NO_INSTRUMENT } from '#units/integers.ts';

export class IndependentReference implements Persistent {
  private readonly configuration: RiskConfiguration;
  private readonly instruments: InstrumentTable;
  private readonly markets: Markets;
  /** Quoted mid over hedge mid, both in price units; 0 before the first sample. */
  private ratio = 0;
  private ratioAtMicros = 0;
  /** Slow quoted mid in price units; 0 before the first sample. */
  private slowMid = 0;
  private slowMidAtMicros = 0;

  constructor(configuration: RiskConfiguration, instruments: InstrumentTable, markets: Markets) {
    this.configuration = configuration;
    this.instruments = instruments;
    this.markets = markets;
  }

  /** False until the first sample: then the first plan takes one itself, instead of waiting for a timer. */
  get hasSample(): boolean {
    return this.ratio !== 0 || this.slowMid !== 0;
  }

  /** Takes a sample of both markets; one that is not live gives none. Called with every timer. */
  sample(nowMicros: number): void {
    const { quoted, hedge } = this.markets;
    const quotedMid = this.liveMid(quoted);
    if (quotedMid === 0) return;
    if (hedge.instrument === NO_INSTRUMENT) {
      const { slowMidTimeConstantMicros } = this.configuration;
      const elapsed = nowMicros - this.slowMidAtMicros;
      this.slowMid = blend(this.slowMid, quotedMid, elapsed, slowMidTimeConstantMicros);
      this.slowMidAtMicros = nowMicros;
      return;
    }
    const hedgeMid = this.liveMid(hedge);
    if (hedgeMid === 0) return;
    const { basisTimeConstantMicros } = this.configuration;
    const elapsed = nowMicros - this.ratioAtMicros;
    this.ratio = blend(this.ratio, quotedMid / hedgeMid, elapsed, basisTimeConstantMicros);
    this.ratioAtMicros = nowMicros;
  }

  /** Reference for orders of one instrument in price units (1e-8, a real number); 0 when there is none. */
  priceFor(instrument: InstrumentIndex): number {
    const { quoted, hedge } = this.markets;
    if (hedge.instrument === NO_INSTRUMENT) return this.slowMid;
    if (this.ratio === 0) return 0;
    if (instrument === hedge.instrument) return this.liveMid(quoted) / this.ratio;
    return this.liveMid(hedge) * this.ratio;
  }

  /** Age of what the reference rests on, in event time. */
  ageMicros(instrument: InstrumentIndex, nowMicros: number): number {
    const { quoted, hedge } = this.markets;
    if (hedge.instrument === NO_INSTRUMENT) return nowMicros - this.slowMidAtMicros;
    const source = instrument === hedge.instrument ? quoted : hedge;
    return Math.max(0, nowMicros - source.receiveTimeMicros);
  }

  writeState(writer: StateWriter): void {
    writer.section('independent-reference');
    writer.float(this.ratio);
    writer.integer(this.ratioAtMicros);
    writer.float(this.slowMid);
    writer.integer(this.slowMidAtMicros);
  }

  readState(reader: StateReader): void {
    reader.section('independent-reference');
    this.ratio = reader.float();
    this.ratioAtMicros = reader.integer();
    this.slowMid = reader.float();
    this.slowMidAtMicros = reader.integer();
  }

  /** Mid in price units, 0 unless the book is live and both sides are there. */
  private liveMid(market: MarketSnapshot): number {
    if (market.status !== BookStatus.LIVE || market.spreadTicks <= 0) return 0;
    const instrument = this.instruments.get(market.instrument);
    if (instrument === null) return 0;
    return (market.midHalfTicks * instrument.priceUnitsPerTick) / 2;
  }
}

function blend(slow: number, sample: number, elapsed: number, timeConstant: number): number {
  if (slow === 0) return sample;
  if (elapsed <= 0) return slow;
  return slow + (sample - slow) * (elapsed / (elapsed + timeConstant));
}
