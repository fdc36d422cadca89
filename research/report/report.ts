import type { SessionSetup } from '#compose/session-setup.ts';
import type { SessionMeasures } from '#research/measure/session-measures.ts';
import type { Summary } from '#research/measure/summary.ts';
import { chartSections } from './chart-sections.ts';
import { pageScript } from './charts/chart-script.ts';
import { factsSection, headlineSection, tiersSection } from './headline-sections.ts';
import { both, escapeHtml, scriptJson } from './html-text.ts';
import { REPORT_STYLE } from './report-style.ts';
import { words } from './report-words.ts';
import { sessionCharts } from './session-charts.ts';
import {
  fillsSection,
  provenanceSection,
  reasonsSection,
  refusalsSection,
} from './table-sections.ts';
import { evidenceTag } from './verdict-words.ts';

export interface ReportInput {
  readonly summary: Summary;
  readonly measures: SessionMeasures;
  readonly setup: SessionSetup;
  /** The command that repeats the session, when the caller knows it word by word. */
  readonly command?: string;
}

/** One self-contained HTML file about a session. */
export function backtestReport(input: ReportInput): string {
  const { summary, measures, setup } = input;
  const { samples } = measures.series;
  const { fills } = measures.fills;
  const charts = sessionCharts({ samples, fills, setup, summary });
  const chartData = [
    charts.equity,
    charts.attribution,
    charts.quotes,
    charts.distance,
    charts.inventory,
    ...(charts.netDelta === null ? [] : [charts.netDelta]),
  ];
  const sections = [
    headlineSection(summary),
    tiersSection(summary),
    factsSection(summary),
    reasonsSection(summary),
    ...chartSections({ charts, summary, fills, instruments: setup.instruments }),
    refusalsSection(summary),
    fillsSection(fills, setup.instruments),
    provenanceSection(summary, setup, input.command),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="generator" content="doge-mm ${escapeHtml(summary.build)}">
<title>${escapeHtml(`${summary.symbol} ${summary.world} ${summary.profile}`)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
${header(summary)}
${sections.join('\n')}
</main>
<script type="application/json" id="chart-data">${scriptJson(chartData)}</script>
<script>${pageScript()}</script>
</body>
</html>
`;
}

function header(summary: Summary): string {
  const from = new Date(summary.time.fromMicros / 1000).toISOString();
  const to = new Date(summary.time.toMicros / 1000).toISOString();
  const minutes = ((summary.time.toMicros - summary.time.fromMicros) / 60e6).toFixed(1);
  const window = words('windowText', {
    from: `${from.slice(0, 10)} ${from.slice(11, 19)}`,
    to:
      to.slice(0, 10) === from.slice(0, 10)
        ? to.slice(11, 19)
        : `${to.slice(0, 10)} ${to.slice(11, 19)}`,
    minutes,
  });
  return `<header>
<h1>${both(words('reportOf', { symbol: summary.symbol, world: summary.world }))}</h1>
<span class="tag">${both(words('profile'))} ${escapeHtml(summary.profile)}</span>
<span class="tag warn">${both(evidenceTag(summary))}</span>
<button id="switch-language" type="button"><span class="en">${escapeHtml(words('switchLanguage').en)}</span><span class="zh">${escapeHtml(words('switchLanguage').zh)}</span></button>
<div class="sub">${both(window)}</div>
</header>`;
}
