/** From what was measured to the charts over time. Amounts become whole assets here, for reading. */
import type { SessionSetup } from '#compose/session-setup.ts';
import { type Instrument, InstrumentRole } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { FillRecord } from '#research/measure/fill-tape.ts';
import type { SeriesSample } from '#research/measure/session-series.ts';
import type { Summary } from '#research/measure/summary.ts';
import type { ChartMarks, LineChart, LineSeries } from './charts/line-chart.ts';
import { PALETTE } from './charts/palette.ts';
import { words } from './report-words.ts';
import { thinSamples } from './thin-samples.ts';
import type { WordKey } from './words-english.ts';

const UNITS_PER_WHOLE = 1e8;
const BPS_PER_ONE = 10_000;
/** More triangles than this hide each other. */
const MARKS_MAX = 3_000;

export interface SessionCharts {
  readonly equity: LineChart;
  readonly attribution: LineChart;
  readonly quotes: LineChart;
  readonly distance: LineChart;
  readonly inventory: LineChart;
  /** Null in a session without a hedge. */
  readonly netDelta: LineChart | null;
  /** Own fills on the quoted market: how many there were and how many are drawn. */
  readonly marksTotal: number;
  readonly marksShown: number;
}

export interface SessionChartsInput {
  readonly samples: readonly SeriesSample[];
  readonly fills: readonly FillRecord[];
  readonly setup: SessionSetup;
  readonly summary: Summary;
}

/** Builds all charts over time. */
export function sessionCharts(input: SessionChartsInput): SessionCharts {
  const samples = thinSamples(input.samples);
  const startMicros = samples[0]?.atMicros ?? 0;
  const base: ChartBase = {
    xs: samples.map((sample) => rounded((sample.atMicros - startMicros) / 1e6, 3)),
    startMillis: startMicros / 1000,
  };
  const quoted = input.setup.instruments[0] as Instrument;
  const onSpot = input.fills.filter(
    (fill) => input.setup.instruments[fill.instrument]?.role === InstrumentRole.QUOTED,
  );
  const drawn = evenly(onSpot, MARKS_MAX);
  const hasHedge = input.setup.instruments.length > 1;
  return {
    equity: equityChart(samples, base, quoted),
    attribution: attributionChart(samples, base, quoted),
    quotes: quotesChart(samples, drawn, base, quoted, startMicros),
    distance: distanceChart(samples, drawn, base, startMicros),
    inventory: inventoryChart(samples, base, input.setup, quoted),
    netDelta: hasHedge ? netDeltaChart(samples, base, input, quoted) : null,
    marksTotal: onSpot.length,
    marksShown: drawn.length,
  };
}

interface ChartBase {
  readonly xs: readonly number[];
  readonly startMillis: number;
}

function line(
  key: WordKey,
  colour: string,
  values: readonly (number | null)[],
  own: Partial<LineSeries> = {},
): LineSeries {
  return { name: words(key), colour, values, isStep: false, dash: '', width: 1.6, ...own };
}

function equityChart(
  samples: readonly SeriesSample[],
  base: ChartBase,
  quoted: Instrument,
): LineChart {
  const net = samples.map((sample) => whole(sample.totalUnits));
  const before = samples.map((sample) => whole(sample.totalUnits - sample.feesUnits));
  return {
    ...base,
    id: 'chart-equity',
    unit: quoted.quoteAsset,
    decimals: 4,
    series: [
      line('beforeFees', PALETTE.beforeFees, before, { width: 1.8 }),
      line('net', PALETTE.net, net, { width: 2.2 }),
    ],
    marks: [],
    levels: [{ ...level('net', 0, 'transparent'), isKept: true }],
    band: null,
    height: 280,
  };
}

function attributionChart(
  samples: readonly SeriesSample[],
  base: ChartBase,
  quoted: Instrument,
): LineChart {
  const of = (pick: (sample: SeriesSample) => number): number[] =>
    samples.map((sample) => whole(pick(sample)));
  return {
    ...base,
    id: 'chart-attribution',
    unit: quoted.quoteAsset,
    decimals: 4,
    series: [
      line(
        'spreadCapture',
        PALETTE.spread,
        of((sample) => sample.spreadCaptureUnits),
      ),
      line(
        'inventoryPnl',
        PALETTE.inventory,
        of((sample) => sample.inventoryUnits),
      ),
      line(
        'hedgeExecution',
        PALETTE.hedging,
        of((sample) => sample.hedgeExecutionUnits),
      ),
      line(
        'fees',
        PALETTE.fees,
        of((sample) => sample.feesUnits),
        { dash: '6 3' },
      ),
      line(
        'funding',
        PALETTE.funding,
        of((sample) => sample.fundingUnits),
        { dash: '2 3' },
      ),
    ],
    marks: [],
    levels: [{ ...level('net', 0, 'transparent'), isKept: true }],
    band: null,
    height: 240,
  };
}

function quotesChart(
  samples: readonly SeriesSample[],
  fills: readonly FillRecord[],
  base: ChartBase,
  quoted: Instrument,
  startMicros: number,
): LineChart {
  const toPrice = (ticks: number): number | null =>
    ticks > 0 ? rounded((ticks * quoted.priceUnitsPerTick) / UNITS_PER_WHOLE, 9) : null;
  const at = (fill: FillRecord): number => toPrice(fill.priceTicks) ?? 0;
  return {
    ...base,
    id: 'chart-quotes',
    unit: quoted.quoteAsset,
    decimals: quoted.tick.decimals,
    series: [
      line(
        'mid',
        PALETTE.mid,
        samples.map((sample) => toPrice(sample.midTicks)),
        { isStep: true, width: 1.2 },
      ),
      line(
        'ownBid',
        PALETTE.buy,
        samples.map((sample) => toPrice(sample.ownBidTicks)),
        {
          isStep: true,
          width: 1.2,
        },
      ),
      line(
        'ownAsk',
        PALETTE.sell,
        samples.map((sample) => toPrice(sample.ownAskTicks)),
        {
          isStep: true,
          width: 1.2,
        },
      ),
    ],
    marks: bothMarks(fills, startMicros, at),
    levels: [],
    band: null,
    height: 360,
  };
}

function distanceChart(
  samples: readonly SeriesSample[],
  fills: readonly FillRecord[],
  base: ChartBase,
  startMicros: number,
): LineChart {
  const away = (ticks: number, midTicks: number): number | null =>
    ticks > 0 && midTicks > 0 ? rounded(((ticks - midTicks) / midTicks) * BPS_PER_ONE, 4) : null;
  const of = (pick: (sample: SeriesSample) => number): (number | null)[] =>
    samples.map((sample) => away(pick(sample), sample.midTicks));
  const step = { isStep: true, width: 1.3 };
  return {
    ...base,
    id: 'chart-distance',
    unit: 'bp',
    decimals: 3,
    series: [
      line(
        'touch',
        '#c3c9d0',
        of((sample) => sample.bidTicks),
        { isStep: true, width: 1 },
      ),
      line(
        'touch',
        '#c3c9d0',
        of((sample) => sample.askTicks),
        { isStep: true, width: 1 },
      ),
      line(
        'ownBid',
        PALETTE.buy,
        of((sample) => sample.ownBidTicks),
        step,
      ),
      line(
        'ownAsk',
        PALETTE.sell,
        of((sample) => sample.ownAskTicks),
        step,
      ),
    ],
    marks: bothMarks(
      fills,
      startMicros,
      (fill) => away(fill.priceTicks, fill.midHalfTicks / 2) ?? 0,
    ),
    levels: [{ ...level('mid', 0, PALETTE.mid), isKept: true }],
    band: null,
    height: 260,
  };
}

function inventoryChart(
  samples: readonly SeriesSample[],
  base: ChartBase,
  setup: SessionSetup,
  quoted: Instrument,
): LineChart {
  const { targetSpotBaseUnits, maxDeviationBaseUnits } = setup.engine.inventory;
  return {
    ...base,
    id: 'chart-inventory',
    unit: quoted.baseAsset,
    decimals: Math.min(5, quoted.step.decimals),
    series: [
      line(
        'stock',
        PALETTE.buy,
        samples.map((sample) => whole(sample.spotBaseUnits)),
        {
          isStep: true,
        },
      ),
    ],
    marks: [],
    levels: [
      { ...level('target', whole(targetSpotBaseUnits), PALETTE.target), isKept: true },
      level('limit', whole(targetSpotBaseUnits + maxDeviationBaseUnits), PALETTE.limit),
      level('limit', whole(targetSpotBaseUnits - maxDeviationBaseUnits), PALETTE.limit),
    ],
    band: null,
    height: 220,
  };
}

function netDeltaChart(
  samples: readonly SeriesSample[],
  base: ChartBase,
  input: SessionChartsInput,
  quoted: Instrument,
): LineChart {
  const band = input.summary.hedge.bandQuote / (input.setup.startPriceUnits / UNITS_PER_WHOLE);
  return {
    ...base,
    id: 'chart-net-delta',
    unit: quoted.baseAsset,
    decimals: Math.min(5, quoted.step.decimals),
    series: [
      line(
        'netDelta',
        PALETTE.net,
        samples.map((sample) => whole(sample.netDeltaBaseUnits)),
        {
          isStep: true,
        },
      ),
    ],
    marks: [],
    levels: [
      { ...level('band', band, PALETTE.limit), isKept: true },
      { ...level('band', -band, PALETTE.limit), isKept: true },
    ],
    band: { low: -band, high: band, colour: PALETTE.target },
    height: 220,
  };
}

function level(key: WordKey, value: number, colour: string) {
  return { name: words(key), value, colour, dash: '5 4', isKept: false };
}

function bothMarks(
  fills: readonly FillRecord[],
  startMicros: number,
  height: (fill: FillRecord) => number,
): ChartMarks[] {
  const of = (side: Side, key: WordKey, colour: string): ChartMarks => {
    const own = fills.filter((fill) => fill.side === side);
    return {
      name: words(key),
      colour,
      isUp: side === Side.BUY,
      xs: own.map((fill) => rounded((fill.atMicros - startMicros) / 1e6, 3)),
      ys: own.map(height),
    };
  };
  return [of(Side.BUY, 'bought', PALETTE.buy), of(Side.SELL, 'sold', PALETTE.sell)];
}

/** At most `countMax` of them, evenly taken. */
function evenly<T>(all: readonly T[], countMax: number): readonly T[] {
  if (all.length <= countMax) return all;
  const step = all.length / countMax;
  return Array.from({ length: countMax }, (_, index) => all[Math.floor(index * step)] as T);
}

function whole(units: number): number {
  return rounded(units / UNITS_PER_WHOLE, 8);
}

function rounded(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
