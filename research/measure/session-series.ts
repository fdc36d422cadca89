import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import type { PnlAttribution, PositionState } from '#contracts/position-state.ts';
import type { QuoteSampler } from './quote-sampler.ts';

/** One look at the session. Prices in ticks, amounts in asset units; NaN prices where a side is empty. */
export interface SeriesSample {
  readonly atMicros: number;
  readonly midTicks: number;
  readonly bidTicks: number;
  readonly askTicks: number;
  readonly ownBidTicks: number;
  readonly ownAskTicks: number;
  readonly spotBaseUnits: number;
  readonly netDeltaBaseUnits: number;
  readonly totalUnits: number;
  readonly spreadCaptureUnits: number;
  readonly inventoryUnits: number;
  readonly hedgeExecutionUnits: number;
  readonly feesUnits: number;
  readonly fundingUnits: number;
}

export interface SessionSeriesOptions {
  readonly markets: Markets;
  readonly position: PositionState;
  readonly pnl: PnlAttribution;
  readonly quotes: QuoteSampler;
  readonly intervalMicros: number;
}

/** Most samples kept; beyond it every second one is dropped and the interval doubles. */
const SAMPLES_MAX = 20_000;

/** Samples the session on a grid of event time, for charts and block statistics. */
export class SessionSeries {
  samples: SeriesSample[] = [];
  private readonly options: SessionSeriesOptions;
  private intervalMicros: number;
  private nextMicros = 0;

  constructor(options: SessionSeriesOptions) {
    this.options = options;
    this.intervalMicros = options.intervalMicros;
  }

  onApplied(event: Readonly<EngineEvent>): void {
    if (event.kind !== EventKind.TIMER || event.atMicros < this.nextMicros) return;
    this.sample(event.atMicros);
    // After the sample: it may have doubled the interval, and the rhythm starts from it.
    this.nextMicros = event.atMicros + this.intervalMicros;
  }

  /** Takes one sample now: the end of a session is always on the chart. */
  sample(atMicros: number): void {
    const { markets, position, pnl, quotes } = this.options;
    const { quoted } = markets;
    this.samples.push({
      atMicros,
      midTicks: quoted.midHalfTicks / 2,
      bidTicks: quoted.bidPriceTicks,
      askTicks: quoted.askPriceTicks,
      ownBidTicks: quotes.bestBidTicks,
      ownAskTicks: quotes.bestAskTicks,
      spotBaseUnits: position.spotBaseUnits,
      netDeltaBaseUnits: position.netDeltaBaseUnits,
      totalUnits: pnl.totalUnits,
      spreadCaptureUnits: pnl.spreadCaptureUnits,
      inventoryUnits: pnl.inventoryUnits,
      hedgeExecutionUnits: pnl.hedgeExecutionUnits,
      feesUnits: pnl.feesUnits,
      fundingUnits: pnl.fundingUnits,
    });
    if (this.samples.length > SAMPLES_MAX) {
      this.samples = this.samples.filter((_, index) => index % 2 === 0);
      this.intervalMicros *= 2;
    }
  }
}
