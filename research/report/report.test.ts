/**
 * Goal: the report is one whole file that fetches nothing, says both languages, shows every part, and
 * never says more than the evidence.
 * Method: a short real session, its summary bent into the other cases; the HTML read as text by a
 * small tag reader and its script by the JavaScript engine.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Script } from 'node:vm';
import type { Summary } from '#research/measure/summary.ts';
import { backtestReport, type ReportInput } from './report.ts';
import { playSession } from './report-session.test-support.ts';
import { repeatCommand } from './table-sections.ts';
import { evidenceWords, stampWords, verdictInWords } from './verdict-words.ts';

const played = await playSession(40);
const html = backtestReport(played);

function bent(change: Partial<Summary>): ReportInput {
  return { ...played, summary: { ...played.summary, ...change } as Summary };
}

/** Names of elements that are opened but not closed, or the other way round. */
function unbalanced(text: string): string[] {
  const body = text.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '');
  const open: string[] = [];
  const wrong: string[] = [];
  for (const match of body.matchAll(/<(\/?)([a-zA-Z0-9]+)([^>]*)>/g)) {
    const [, slash, name = '', rest = ''] = match;
    if (['meta', 'br', '!doctype'].includes(name) || rest.endsWith('/')) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

test('the session behind these tests traded', () => {
  assert.ok(played.summary.fills.count > 0);
});

test('one whole document, every element closed', () => {
  assert.ok(html.startsWith('<!doctype html>'));
  assert.deepEqual(unbalanced(html), []);
});

test('nothing is fetched: no address, no source, no import', () => {
  assert.doesNotMatch(html, /https?:\/\//);
  assert.doesNotMatch(html, /\bsrc=|@import|<link|<iframe|fetch\(|XMLHttpRequest/);
  assert.deepEqual(
    [...html.matchAll(/url\(([^)]*)\)/g)].filter(([, target]) => !target?.startsWith('#')),
    [],
  );
});

test('the script is valid and its data can be read', () => {
  const scripts = [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];
  assert.equal(scripts.length, 2);
  const charts = JSON.parse(scripts[0]?.[2] ?? '');
  assert.deepEqual(
    charts.map((chart: { id: string }) => chart.id),
    [
      'chart-equity',
      'chart-attribution',
      'chart-quotes',
      'chart-distance',
      'chart-inventory',
      'chart-net-delta',
    ],
  );
  assert.doesNotThrow(() => new Script(scripts[1]?.[2] ?? ''));
});

test('the same session gives the same file', () => {
  assert.equal(backtestReport(played), html);
});

test('every part is there, in both languages', () => {
  for (const text of ['Equity', 'PnL attribution', 'Markouts of maker fills', 'Latency by stage']) {
    assert.ok(html.includes(text), text);
  }
  for (const text of ['权益', '盈亏归因', '现货挂单成交的事后价差', '各阶段延迟']) {
    assert.ok(html.includes(text), text);
  }
  const { summary } = played;
  for (const text of [summary.config.hash, summary.hashes?.journal, summary.hashes?.commands]) {
    assert.ok(text !== undefined && html.includes(text), text);
  }
  for (const { tier } of summary.economics.tiers) assert.ok(html.includes(tier));
});

test('a synthetic result is stamped on every picture of money', () => {
  assert.ok((html.match(/class="stamp"/g) ?? []).length >= 7);
  assert.match(html, /synthetic: not evidence/);
  assert.equal(stampWords(bent({ synthetic: false }).summary), null);
});

test('the verdict is the one of the summary, in Chinese from the same numbers', () => {
  const { economics, pnl } = played.summary;
  const verdict = verdictInWords(played.summary);
  assert.equal(verdict.en, economics.verdict);
  assert.ok(verdict.zh.includes(Number(pnl.total).toFixed(4)));
  assert.ok(html.includes(verdict.zh));
});

test('gain, fees above earnings, losses before fees, rebates and no fills have their Chinese words', () => {
  const { pnl, fills } = played.summary;
  const chinese = (total: string, fees: string, funding = '0.00000000'): string =>
    verdictInWords(bent({ pnl: { ...pnl, total, fees, funding } }).summary).zh;
  assert.match(chinese('3.00000000', '-1.00000000'), /净额 3\.0000/);
  const excess = chinese('-3.00000000', '-5.00000000');
  assert.match(excess, /费用 5\.0000 超过所得（2\.0000）3\.0000 USDT；实付挂单费率 10\.00 基点/);
  assert.doesNotMatch(excess, /扣费前也/);
  const lost = chinese('-3.00000000', '-1.00000000');
  assert.match(
    lost,
    /费用 1\.0000 超过所得（-2\.0000）3\.0000 USDT.*扣费前也已亏损 2\.0000：逆向选择/,
  );
  assert.match(chinese('-3.00000000', '-1.00000000', '-2.50000000'), /2\.0000：资金费/);
  assert.match(chinese('-3.00000000', '5.00000000'), /亏损 8\.0000，返佣收回 5\.0000/);
  assert.match(chinese('-3.00000000', '0.00000000'), /亏损 3\.0000，未付费用/);
  const none = bent({ fills: { ...fills, count: 0 } }).summary;
  assert.match(verdictInWords(none).zh, /没有自己的成交/);
});

test('the report says why the top layer was not quoted, with shares, numbers and units', () => {
  const { quoting } = played.summary;
  const reasons = [
    { reason: 'FEE_FLOOR', share: 0.9, needed: 14.912, available: 0.02, unit: 'bp' as const },
    { reason: 'WARMING_UP', share: 0.1, needed: null, available: null, unit: null },
  ];
  const text = backtestReport(bent({ quoting: { ...quoting, reasons } }));
  assert.match(text, /Why not quoted.*未报价的原因/);
  assert.match(text, /FEE_FLOOR<.*>90\.00 %<.*>14\.91<.*>0\.02<.*>bp</);
  assert.match(text, /WARMING_UP<.*>10\.00 %<.*>–</);
  const quoted = { reason: 'NONE', share: 1, needed: null, available: null, unit: null };
  const always = backtestReport(bent({ quoting: { ...quoting, reasons: [quoted] } }));
  assert.doesNotMatch(always, /Why not quoted/);
  assert.deepEqual(unbalanced(text), []);
});

test('the reasons of a played session sum to its live-book time', () => {
  const { reasons } = played.summary.quoting;
  const sum = reasons.reduce((total, one) => total + one.share, 0);
  assert.ok(Math.abs(sum - 1) < 1e-5, JSON.stringify(reasons));
  assert.equal(reasons[0]?.reason, 'NONE', 'the touch is wanted most of the time');
  assert.ok(!reasons.some((one) => one.reason === 'KILLED'), 'an orderly end is no kill');
});

test('the PnL section says against which mid the spread is measured', () => {
  assert.match(html, /PnL attribution[\s\S]*after the sweep that filled us/);
  assert.match(html, /盈亏归因[\s\S]*已在成交我方的扫单之后/);
});

test('evidence is synthetic, hypothetical, insufficient or one recording', () => {
  const recorded = { synthetic: false } as const;
  const { fills, time, economics } = played.summary;
  assert.equal(evidenceWords(played.summary).en, economics.evidence);
  assert.match(evidenceWords(bent({ profile: 'rebate' }).summary).zh, /合成数据.*假设/);
  assert.match(stampWords(bent({ profile: 'rebate' }).summary)?.en ?? '', /not evidence, hypothet/);
  const hypothetical = bent({ ...recorded, profile: 'rebate' });
  assert.match(
    backtestReport(hypothetical),
    /class="stamp"[^>]*><span class="en"[^>]*>hypothetical/,
  );
  assert.match(evidenceWords(bent(recorded).summary).zh, /^不足：0\.00 天内 \d+ 笔成交/);
  assert.match(backtestReport(bent(recorded)), /insufficient evidence/);
  const long = bent({
    ...recorded,
    fills: { ...fills, count: 1_000 },
    time: { ...time, toMicros: time.fromMicros + 6 * 86_400_000_000 },
  });
  assert.match(evidenceWords(long.summary).zh, /^仅一段录制/);
  assert.match(backtestReport(long), /one recording/);
});

test('a session without fills, hashes, latencies or a break-even fee still gives a report', () => {
  const { economics, quoting, latency } = played.summary;
  const empty = bent({
    hashes: null,
    economics: { ...economics, breakEvenMakerFeeBps: null, breakEvenInterval: null },
    quoting: { ...quoting, messagesPerFill: null },
    latency: { loop: { ...latency.loop, max: 0 }, stages: {} },
    risk: { ...played.summary.risk, rejections: { RATE_LIMIT: 3 } },
  });
  const measures = { ...played.measures, fills: { fills: [] }, series: { samples: [] } };
  const text = backtestReport({ ...empty, measures: measures as never });
  assert.deepEqual(unbalanced(text), []);
  for (const part of ['No maker fills', 'There were no fills', 'No latencies', 'RATE_LIMIT']) {
    assert.ok(text.includes(part), part);
  }
});

test('a session that was stopped, or pulled its quotes, says so first', () => {
  const { risk, time } = played.summary;
  const stop = {
    reason: 'DRAWDOWN',
    atMicros: time.fromMicros,
    measured: 2,
    limit: 1,
    words: 'DRAWDOWN 2 bp',
  };
  const stopped = backtestReport(bent({ risk: { ...risk, killSwitch: stop } }));
  assert.match(stopped, /stopped by the kill switch at 07:55:00\.000 UTC: DRAWDOWN 2 bp/);
  const pull = { reason: 'DAILY_LOSS', measuredBps: 31, limitBps: 30 };
  const pulled = backtestReport(bent({ risk: { ...risk, killSwitch: null, pulled: pull } }));
  assert.match(pulled, /Quotes were pulled at the end: DAILY_LOSS/);
});

test('a session without a hedge has no net delta chart', () => {
  const setup = { ...played.setup, instruments: played.setup.instruments.slice(0, 1) };
  const measures = { ...played.measures, fills: { fills: [] } };
  const text = backtestReport({ ...played, setup, measures: measures as never });
  assert.doesNotMatch(text, /chart-net-delta/);
});

test('words of a user are escaped wherever they stand', () => {
  const evil = bent({ feed: 'recording:<img src=x>"\'&', build: '<script>alert(1)</script>' });
  const text = backtestReport({ ...evil, command: 'doge-mm <b>' });
  assert.doesNotMatch(text, /<img|<script>alert|<b>doge|doge-mm <b>/);
  assert.match(text, /doge-mm &lt;b&gt;/);
});

test('the command that repeats a session names its files, symbol, profile and seed', () => {
  const { setup } = played;
  assert.equal(
    repeatCommand(played.summary, setup),
    'doge-mm run --symbol DOGEUSDT --profile naive-touch --seed 7 --duration 40s --speed max',
  );
  const files = { feed: 'recording:a.gz,b.gz', world: 'backtest', synthetic: false };
  assert.equal(
    repeatCommand(bent(files).summary, setup),
    'doge-mm backtest --data a.gz --hedge-data b.gz --symbol DOGEUSDT --profile naive-touch --seed 7',
  );
  const alone = { ...setup, instruments: setup.instruments.slice(0, 1) };
  assert.match(repeatCommand(bent(files).summary, alone), /--data a\.gz b\.gz --symbol/);
  const paper = { feed: 'recording:a.gz,b.gz', world: 'paper' };
  assert.match(repeatCommand(bent(paper).summary, setup), /run .* --feed recording:a\.gz,b\.gz/);
});
