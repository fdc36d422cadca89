/**
 * Goal: the page is valid exposition text, tells the truth at each scrape and cannot grow.
 * Method: a hand-made source, and a small parser of the text format.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STAGE_NAMES } from '#contracts/edge-ports.ts';
import { DOMAIN_NAMES } from '#contracts/system-health.ts';
import { assetUnits, epochMicros, priceUnits } from '#units/integers.ts';
import { METRIC_ROWS } from './metric-table.ts';
import { type MetricsSource, PrometheusMetrics } from './metrics.ts';

const WHOLE = 100_000_000;

const NOT_KILLED = {
  advice: 0,
  adviceMeasured: 0,
  adviceLimit: 0,
  shouldKill: false,
  killReason: 0,
  killMeasured: 0,
  killLimit: 0,
  killedAtMicros: epochMicros(0),
} as const;

const zero = assetUnits(0);

const PNL = {
  totalUnits: assetUnits(-150_000_000),
  spreadCaptureUnits: zero,
  inventoryUnits: zero,
  hedgeExecutionUnits: zero,
  feesUnits: assetUnits(-150_000_000),
  fundingUnits: zero,
  residualUnits: zero,
};

function makeSource(symbol = 'AAABBB') {
  const fills = { makerCount: 3, takerCount: 1, baseUnits: 5 * WHOLE, notionalUnits: 8 * WHOLE };
  return {
    symbol,
    health: {
      atMicros: epochMicros(1),
      status: 1,
      score: 88,
      metrics: {
        orderSuccessRatio: 0.75,
        loopLatencyP99Micros: 12,
        inventoryRatio: -0.5,
        spreadCaptureRatio: 0.4,
        liquidityScore: 0.9,
        exposureRatio: 0.1,
        messageBudgetRatio: 0.2,
        anomalyCount: 2,
      },
      domains: DOMAIN_NAMES.map(() => ({
        status: 0,
        errorCount: 0,
        lastSuccessMicros: epochMicros(1),
      })),
      makerRatio: 1,
      errorRatio: 0.25,
      staleRatio: 0,
      ...NOT_KILLED,
    },
    position: {
      version: 1,
      atMicros: epochMicros(1),
      isReconciled: true as boolean,
      quotedBlindSinceMicros: epochMicros(0),
      hedgeBlindSinceMicros: epochMicros(0),
      isHedgeFillMissing: false,
      quotedUntoldBuyUnits: zero,
      quotedUntoldSellUnits: zero,
      spotBaseUnits: assetUnits(7 * WHOLE),
      freeBaseUnits: zero,
      freeQuoteUnits: zero,
      totalQuoteUnits: zero,
      feeAssetUnits: zero,
      perpBaseUnits: assetUnits(-5 * WHOLE),
      spotAveragePrice: priceUnits(0),
      perpAveragePrice: priceUnits(0),
      marginWalletUnits: zero,
      marginFreeUnits: zero,
      netDeltaBaseUnits: assetUnits(2 * WHOLE),
      netDeltaQuoteUnits: zero,
      inventoryRatio: 0,
      realizedPnlUnits: zero,
      unrealizedPnlUnits: zero,
      equityUnits: assetUnits(1_000 * WHOLE + 1),
      peakEquityUnits: zero,
      startEquityUnits: zero,
    },
    pnl: PNL,
    events: { marketEvents: 10, privateEvents: 2, timerEvents: 3, controlEvents: 1 },
    orders: { sent: 9, acked: 8, rejected: 1, canceled: 0, amended: 0, replaced: 0, expired: 0 },
    quotingFills: fills,
    hedgeFills: { ...fills, makerCount: 0 },
    hedge: { insideMicros: 99_000_000, totalMicros: 100_000_000, bandUnits: WHOLE, costUnits: 50 },
    stages: STAGE_NAMES.map((stage) => ({
      stage,
      count: 4,
      p50: 500,
      p99: 2_000,
      p999: 3_000,
      max: 9_000,
    })),
  } satisfies MetricsSource;
}

const SAMPLE = /^([a-z_0-9]+)\{([^}]*)\} (\S+)$/;

/** "name{labels}" -> value, and the metadata by name. Throws on a line that is neither. */
function parse(text: string) {
  const values = new Map<string, number>();
  const help = new Set<string>();
  const types = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const words = line.split(' ');
    if (line.startsWith('# HELP ')) help.add(words[2] ?? '');
    else if (line.startsWith('# TYPE ')) types.set(words[2] ?? '', words[3] ?? '');
    else {
      const match = SAMPLE.exec(line);
      assert.ok(match, `not a sample: ${line}`);
      values.set(`${match[1]}{${match[2]}}`, Number(match[3]));
    }
  }
  return { values, help, types };
}

test('every metric has help, a type, and a unit or kind in its name', async () => {
  const { values, help, types } = parse(await new PrometheusMetrics(makeSource()).text());
  assert.equal(types.size, METRIC_ROWS.length);
  for (const row of METRIC_ROWS) {
    assert.ok(help.has(row.name), row.name);
    assert.equal(types.get(row.name), row.kind);
    assert.equal(row.kind === 'counter', row.name.endsWith('_total'), row.name);
    assert.match(row.name, /^doge_mm_[a-z0-9_]+$/);
  }
  assert.ok([...values.values()].every(Number.isFinite));
});

test('amounts are whole assets, times are seconds', async () => {
  const { values } = parse(await new PrometheusMetrics(makeSource()).text());
  const label = 'symbol="AAABBB"';
  assert.equal(values.get(`doge_mm_equity_quote{${label}}`), 1_000.00000001);
  assert.equal(values.get(`doge_mm_pnl_quote{kind="fees",${label}}`), -1.5);
  assert.equal(values.get(`doge_mm_position_base{kind="perpetual",${label}}`), -5);
  assert.equal(values.get(`doge_mm_loop_latency_p99_seconds{${label}}`), 0.000012);
  assert.equal(
    values.get(`doge_mm_stage_latency_seconds{stage="book",quantile="0.99",${label}}`),
    0.000002,
  );
  assert.equal(values.get(`doge_mm_hedge_time_seconds_total{kind="inside",${label}}`), 99);
  assert.equal(values.get(`doge_mm_domain_status{domain="market-data",${label}}`), 0);
});

test('each scrape reads anew and counters are set, not added up', async () => {
  const source = makeSource();
  const metrics = new PrometheusMetrics(source);
  const first = parse(await metrics.text());
  source.events.marketEvents = 11;
  source.position.isReconciled = false;
  const second = parse(await metrics.text());
  const key = 'doge_mm_events_total{kind="market",symbol="AAABBB"}';
  assert.equal(first.values.get(key), 10);
  assert.equal(second.values.get(key), 11);
  assert.equal(second.values.get('doge_mm_position_reconciled{symbol="AAABBB"}'), 0);
  assert.equal(second.values.size, first.values.size);
});

test('two sessions in one process do not mix', async () => {
  const one = new PrometheusMetrics(makeSource('ONE'));
  const two = new PrometheusMetrics(makeSource('TWO'));
  assert.equal((await one.text()).includes('TWO'), false);
  assert.ok((await two.text()).includes('symbol="TWO"'));
  assert.match(one.contentType, /^text\/plain/);
});

test('the page is bounded: labels come from fixed sets', async () => {
  const { values } = parse(await new PrometheusMetrics(makeSource()).text());
  assert.ok(values.size < 150, `${values.size} series`);
});

test('a source that fails fails the page', async () => {
  const broken = makeSource();
  Object.defineProperty(broken, 'orders', {
    get() {
      throw new Error('no counters yet');
    },
  });
  await assert.rejects(() => new PrometheusMetrics(broken).text(), /no counters yet/);
});
