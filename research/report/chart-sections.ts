import type { Instrument } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { FillRecord } from '#research/measure/fill-tape.ts';
import type { Summary } from '#research/measure/summary.ts';
import { numberText } from './charts/chart-scale.ts';
import { intervalSvg } from './charts/interval-chart.ts';
import { latencySvg, type StageLatency } from './charts/latency-chart.ts';
import { type LineChart, lineChartSvg } from './charts/line-chart.ts';
import { PALETTE } from './charts/palette.ts';
import { waterfallSvg } from './charts/waterfall-chart.ts';
import { both, escapeHtml } from './html-text.ts';
import { type HorizonMarkouts, markoutStatistics } from './markout-statistics.ts';
import { type Bilingual, words } from './report-words.ts';
import type { SessionCharts } from './session-charts.ts';
import { stampWords } from './verdict-words.ts';

/** Width charts are drawn at before the page redraws them. */
const STATIC_WIDTH = 1040;

export interface ChartSectionsInput {
  readonly charts: SessionCharts;
  readonly summary: Summary;
  readonly fills: readonly FillRecord[];
  readonly instruments: readonly Instrument[];
}

/** All pictures, in reading order. */
export function chartSections(input: ChartSectionsInput): string[] {
  const { charts, summary, fills, instruments } = input;
  const stamp = stampHtml(summary);
  const { marksShown, marksTotal } = charts;
  const leftOut =
    marksShown < marksTotal
      ? words('marksLeftOut', { shown: marksShown, total: marksTotal })
      : null;
  return [
    `<div class="tools"><span>${both(words('chartHint'))}</span><button id="reset-zoom" type="button" hidden>${both(words('resetZoom'))}</button></div>`,
    lineSection(charts.equity, words('equity'), words('equityNote'), stamp),
    waterfallSection(summary, stamp),
    lineSection(charts.attribution, words('attribution'), null, stamp),
    lineSection(charts.quotes, words('quotes'), joined(words('quotesNote'), leftOut), stamp),
    lineSection(charts.distance, words('quoteDistance'), words('quoteDistanceNote'), stamp),
    markoutSection(markoutStatistics(fills, instruments), stamp),
    lineSection(charts.inventory, words('inventory'), words('inventoryNote'), stamp),
    ...(charts.netDelta === null
      ? []
      : [lineSection(charts.netDelta, words('netDelta'), words('netDeltaNote'), stamp)]),
    latencySection(summary),
  ];
}

function lineSection(
  chart: LineChart,
  title: Bilingual,
  note: Bilingual | null,
  stamp: string,
): string {
  const view = { width: STATIC_WIDTH, from: 0, to: Math.max(1e-6, chart.xs.at(-1) ?? 1) };
  const noteHtml = note === null ? '' : `<p class="note">${both(note)}</p>`;
  return `<section><h2>${both(title)}</h2>${noteHtml}${legend(chart)}
<div class="chart" id="${chart.id}"><svg viewBox="0 0 ${STATIC_WIDTH} ${chart.height}" role="img" aria-label="${escapeHtml(title.en)}">${lineChartSvg(chart, view)}</svg><div class="tip" hidden></div></div>${stamp}</section>`;
}

function legend(chart: LineChart): string {
  const seen = new Set<string>();
  const items: string[] = [];
  const add = (name: Bilingual, sign: string): void => {
    if (seen.has(name.en)) return;
    seen.add(name.en);
    items.push(`<span>${sign}${both(name)}</span>`);
  };
  for (const { name, colour, dash } of chart.series) {
    add(name, `<i${dash === '' ? '' : ' class="dash"'} style="border-color:${colour}"></i>`);
  }
  for (const { name, colour, isUp } of chart.marks) {
    const shape = isUp ? 'M5.5 1l4.5 9h-9z' : 'M5.5 10l4.5-9h-9z';
    add(name, `<svg viewBox="0 0 11 11"><path d="${shape}" fill="${colour}"/></svg>`);
  }
  for (const { name, colour } of chart.levels) {
    if (colour !== 'transparent') add(name, `<i class="dash" style="border-color:${colour}"></i>`);
  }
  return `<div class="legend">${items.join('')}</div>`;
}

function waterfallSection(summary: Summary, stamp: string): string {
  const { pnl } = summary;
  const steps = [
    { name: words('spreadCapture'), value: Number(pnl.spreadCapture), isTotal: false },
    { name: words('inventoryPnl'), value: Number(pnl.inventory), isTotal: false },
    { name: words('hedgeExecution'), value: Number(pnl.hedgeExecution), isTotal: false },
    { name: words('fees'), value: Number(pnl.fees), isTotal: false },
    { name: words('funding'), value: Number(pnl.funding), isTotal: false },
    { name: words('residualPart'), value: Number(pnl.residual), isTotal: false },
    { name: words('total'), value: Number(pnl.total), isTotal: true },
  ];
  const note = words('waterfallNote', { residual: pnl.residual, currency: pnl.currency });
  return `<section><h2>${both(words('waterfall'))}</h2><p class="note">${both(note)}</p>
<div class="wide">${waterfallSvg(steps, pnl.currency, 4)}</div>${stamp}</section>`;
}

function markoutSection(horizons: readonly HorizonMarkouts[], stamp: string): string {
  const title = `<h2>${both(words('markouts'))}</h2>`;
  const hasAny = horizons.some((one) => one.sides.some((side) => side.count > 0));
  if (!hasAny) return `<section>${title}<p class="note">${both(words('noMarkouts'))}</p></section>`;
  const groups = horizons.map(({ seconds, sides }) => ({
    name: `${seconds} s`,
    points: sides.map((one) => ({
      mean: one.meanBps,
      margin: one.marginBps,
      count: one.count,
      colour: one.side === Side.BUY ? PALETTE.buy : PALETTE.sell,
      isSquare: one.side === Side.SELL,
    })),
  }));
  const key = `<div class="legend"><span><svg viewBox="0 0 11 11"><circle cx="5.5" cy="5.5" r="5" fill="${PALETTE.buy}"/></svg>${both(words('bought'))}</span><span><svg viewBox="0 0 11 11"><rect x="1" y="1" width="9" height="9" fill="${PALETTE.sell}"/></svg>${both(words('sold'))}</span></div>`;
  return `<section>${title}<p class="note">${both(words('markoutsNote'))}</p>${key}
<div class="wide">${intervalSvg(groups, 'bp')}</div>
<div class="scroll">${markoutTable(horizons)}</div>${stamp}</section>`;
}

function markoutTable(horizons: readonly HorizonMarkouts[]): string {
  const rows = horizons.flatMap(({ seconds, sides }) =>
    sides.map(({ side, count, meanBps, marginBps }) => {
      const mean = count === 0 ? '–' : numberText(meanBps, 3);
      const interval =
        count === 0 || Number.isNaN(marginBps)
          ? '–'
          : `${numberText(meanBps - marginBps, 3)} … ${numberText(meanBps + marginBps, 3)}`;
      const name = both(words(side === Side.BUY ? 'bought' : 'sold'));
      return `<tr><td>${seconds} s</td><td>${name}</td><td class="n">${count}</td><td class="n">${mean}</td><td class="n">${interval}</td></tr>`;
    }),
  );
  return `<table><thead><tr><th>${both(words('horizon'))}</th><th>${both(words('side'))}</th><th class="n">${both(words('count'))}</th><th class="n">${both(words('markoutBps'))}</th><th class="n">${both(words('interval95'))}</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function latencySection(summary: Summary): string {
  const { loop, stages } = summary.latency;
  const all: StageLatency[] = [{ name: 'loop', ...loop }];
  for (const [name, stage] of Object.entries(stages)) {
    all.push({ name, ...(stage as Omit<StageLatency, 'name'>) });
  }
  const measured = all.filter((stage) => stage.max > 0);
  const title = `<h2>${both(words('latency'))}</h2>`;
  if (measured.length === 0) {
    return `<section>${title}<p class="note">${both(words('latencyNone'))}</p></section>`;
  }
  return `<section>${title}<p class="note">${both(words('latencyNote'))}</p><div class="wide">${latencySvg(measured)}</div></section>`;
}

function stampHtml(summary: Summary): string {
  const stamp = stampWords(summary);
  return stamp === null ? '' : `<div class="stamp" aria-hidden="true">${both(stamp)}</div>`;
}

function joined(first: Bilingual, second: Bilingual | null): Bilingual {
  if (second === null) return first;
  return { en: `${first.en} ${second.en}`, zh: `${first.zh}${second.zh}` };
}
