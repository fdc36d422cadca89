import type { SessionSetup } from '#compose/session-setup.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { CommissionAsset, Side } from '#contracts/order.ts';
import type { FillRecord } from '#research/measure/fill-tape.ts';
import type { Summary } from '#research/measure/summary.ts';
import { formatScaled, formatSteps } from '#units/decimal-text.ts';
import { numberText } from './charts/chart-scale.ts';
import { both, escapeHtml } from './html-text.ts';
import { fillMarkoutBps } from './markout-statistics.ts';
import { words } from './report-words.ts';

/** Rows of the fills table: enough to look at, not enough to drown in. */
const FILLS_SHOWN = 200;
/** Places of 1 s and 30 s among the markout horizons. */
const ONE_SECOND = 1;
const THIRTY_SECONDS = 3;

/** The first fills, and how many there were. */
export function fillsSection(
  fills: readonly FillRecord[],
  instruments: readonly Instrument[],
): string {
  const title = `<h2>${both(words('fillsTable'))}</h2>`;
  if (fills.length === 0) {
    return `<section>${title}<p class="note">${both(words('noFills'))}</p></section>`;
  }
  const shown = fills.slice(0, FILLS_SHOWN);
  const note =
    shown.length < fills.length
      ? words('fillsFirst', { shown: shown.length, total: fills.length })
      : words('fillsAll', { total: fills.length });
  const rows = shown.map((fill) => fillRow(fill, instruments[fill.instrument] as Instrument));
  const head = [
    `<th>${both(words('time'))}</th><th>${both(words('market'))}</th><th>${both(words('side'))}</th>`,
    `<th class="n">${both(words('price'))}</th><th class="n">${both(words('quantity'))}</th>`,
    `<th>${both(words('role'))}</th><th class="n">${both(words('commission'))}</th>`,
    `<th class="n">${both(words('markoutOne'))}</th><th class="n">${both(words('markoutThirty'))}</th>`,
  ].join('');
  return `<section>${title}<p class="note">${both(note)}</p><div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

function fillRow(fill: FillRecord, instrument: Instrument): string {
  const time = new Date(fill.atMicros / 1000).toISOString().slice(11, 23);
  const isBuy = fill.side === Side.BUY;
  const cells = [
    `<td>${time}</td>`,
    `<td>${both(words(instrument.market === Market.SPOT ? 'spot' : 'perpetual'))}</td>`,
    `<td>${isBuy ? '▲' : '▼'} ${both(words(isBuy ? 'bought' : 'sold'))}</td>`,
    `<td class="n">${formatSteps(fill.priceTicks, instrument.tick)}</td>`,
    `<td class="n">${formatSteps(fill.lots, instrument.step)}</td>`,
    `<td>${both(words(fill.isMaker ? 'maker' : 'taker'))}</td>`,
    `<td class="n">${formatScaled(fill.commissionUnits, 8)} ${escapeHtml(assetName(fill.commissionAsset, instrument))}</td>`,
    markoutCell(fillMarkoutBps(fill, ONE_SECOND)),
    markoutCell(fillMarkoutBps(fill, THIRTY_SECONDS)),
  ];
  return `<tr>${cells.join('')}</tr>`;
}

function markoutCell(bps: number): string {
  if (Number.isNaN(bps)) return '<td class="n">–</td>';
  return `<td class="n ${bps < 0 ? 'red-text' : 'green-text'}">${numberText(bps, 2)}</td>`;
}

function assetName(asset: CommissionAsset, instrument: Instrument): string {
  switch (asset) {
    case CommissionAsset.BASE:
      return instrument.baseAsset;
    case CommissionAsset.QUOTE:
    case CommissionAsset.MARGIN:
      return instrument.quoteAsset;
    case CommissionAsset.FEE_ASSET:
      return instrument.feeAsset;
    case CommissionAsset.NONE:
      return '';
  }
}

/** What kept quotes out, with the mean numbers; empty for a session in which nothing did. */
export function reasonsSection({ quoting }: Summary): string {
  const refusals = quoting.reasons.filter((one) => one.reason !== 'NONE');
  if (refusals.length === 0) return '';
  const number = (value: number | null): string =>
    value === null ? '–' : numberText(value, Math.abs(value) < 100 ? 2 : 0);
  const rows = refusals.map(
    ({ reason, share, needed, available, unit }) =>
      `<tr><td>${escapeHtml(reason)}</td><td class="n">${numberText(share * 100, 2)} %</td><td class="n">${number(needed)}</td><td class="n">${number(available)}</td><td>${escapeHtml(unit ?? '')}</td></tr>`,
  );
  const head = `<th>${both(words('reason'))}</th><th class="n">${both(words('share'))}</th><th class="n">${both(words('needed'))}</th><th class="n">${both(words('available'))}</th><th>${both(words('unit'))}</th>`;
  const note = words('reasonsNote', { ratio: `${numberText(quoting.twoSidedRatio * 100, 2)} %` });
  return `<section><h2>${both(words('reasons'))}</h2><p class="note">${both(note)}</p><div class="scroll"><table class="narrow"><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

/** What became of orders, and what the gate refused. */
export function refusalsSection(summary: Summary): string {
  const orders = Object.entries(summary.orders).map(
    ([name, count]) => `<tr><td>${escapeHtml(name)}</td><td class="n">${count}</td></tr>`,
  );
  const refused = Object.entries(summary.risk.rejections).map(
    ([code, count]) => `<tr><td>${escapeHtml(code)}</td><td class="n">${count}</td></tr>`,
  );
  const refusedTable =
    refused.length === 0
      ? `<p class="note">${both(words('noRefusals'))}</p>`
      : `<table><thead><tr><th>${both(words('code'))}</th><th class="n">${both(words('count'))}</th></tr></thead><tbody>${refused.join('')}</tbody></table>`;
  return `<div class="two"><section><h2>${both(words('orders'))}</h2><table><tbody>${orders.join('')}</tbody></table></section>
<section><h2>${both(words('refusals'))}</h2>${refusedTable}</section></div>`;
}

/** Everything needed to find and repeat the session. */
export function provenanceSection(
  summary: Summary,
  setup: SessionSetup,
  command: string | undefined,
): string {
  const { events, hashes } = summary;
  const rows = [
    row('feed', escapeHtml(summary.feed)),
    row('profile', escapeHtml(`${summary.profile}, ${setup.feeTier}`)),
    row('seed', String(summary.seed)),
    row('events', both(words('eventsText', { total: events.total, market: events.market }))),
    row(
      'configuration',
      `<code>${both(words('configurationText', { version: summary.config.version, hash: summary.config.hash }))}</code>`,
    ),
    row('build', `<code>${escapeHtml(summary.build)}</code>`),
  ];
  if (hashes !== null) {
    rows.push(
      row('journalHash', `<code>${escapeHtml(hashes.journal)}</code>`),
      row('stateHash', `<code>${escapeHtml(hashes.state)}</code>`),
      row('commandsHash', `<code>${escapeHtml(hashes.commands)}</code>`),
    );
  }
  const repeat = command ?? repeatCommand(summary, setup);
  return `<section class="source"><h2>${both(words('provenance'))}</h2><table><tbody>${rows.join('')}</tbody></table>
<p class="note" style="margin-top:12px">${both(words('repeat'))}</p><pre><code>${escapeHtml(repeat)}</code></pre><p class="note" style="margin:6px 0 0">${both(words('repeatNote'))}</p></section>`;
}

function row(key: Parameters<typeof words>[0], html: string): string {
  return `<tr><th>${both(words(key))}</th><td>${html}</td></tr>`;
}

/** The command line that repeats a session, as far as its records know it. */
export function repeatCommand(summary: Summary, setup: SessionSetup): string {
  const own = `--symbol ${summary.symbol} --profile ${summary.profile} --seed ${summary.seed}`;
  if (!summary.feed.startsWith('recording:')) {
    const seconds = Math.floor((summary.time.toMicros - summary.time.fromMicros) / 1e6);
    return `doge-mm run ${own} --duration ${seconds}s --speed max`;
  }
  const files = summary.feed.slice('recording:'.length).split(',');
  if (summary.world !== 'backtest') {
    return `doge-mm run ${own} --feed recording:${files.join(',')} --speed max`;
  }
  // With a hedge the second half of the files is its own; one file each is the usual case.
  const quotedCount = setup.instruments.length > 1 ? Math.ceil(files.length / 2) : files.length;
  const hedge = files.slice(quotedCount);
  const hedgeData = hedge.length === 0 ? '' : ` --hedge-data ${hedge.join(' ')}`;
  return `doge-mm backtest --data ${files.slice(0, quotedCount).join(' ')}${hedgeData} ${own}`;
}
