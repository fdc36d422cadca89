/**
 * Goal: on real recordings the touch profile trades cleanly, ends red and says why; the floor
 * profile says why it hardly quotes; worse assumptions give worse results.
 * Method: the program itself, both symbols, all numbers from its own JSON.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runJson, temporaryFolder } from './command-line.test-support.ts';
import { needsRecordings, recording } from './recordings.test-support.ts';

interface Summary {
  readonly hashes: Readonly<Record<string, string>>;
  readonly orders: { readonly sent: number; readonly openAtEnd: number };
  readonly fills: {
    readonly count: number;
    readonly makerRatio: number;
    readonly baseQuantity: string;
    readonly notional: string;
  };
  readonly quoting: {
    readonly twoSidedRatio: number;
    readonly reasons: readonly {
      readonly reason: string;
      readonly share: number;
      readonly needed: number | null;
      readonly available: number | null;
    }[];
  };
  readonly hedge: { readonly fills: number; readonly insideBandRatio: number };
  readonly economics: {
    readonly colour: string;
    readonly verdict: string;
    readonly netBpsOfTurnover: number;
  };
  readonly pnl: Readonly<
    Record<
      'total' | 'spreadCapture' | 'inventory' | 'hedgeExecution' | 'fees' | 'funding' | 'residual',
      string
    >
  >;
  readonly risk: { readonly rejections: Readonly<Record<string, number>> };
}

const folder = temporaryFolder();
let sessions = 0;

async function backtest(symbol: string, profile: string, ...more: string[]) {
  sessions += 1;
  const session = join(folder, `session-${sessions}`);
  const { exitCode, answer } = await runJson<Summary>([
    ...['backtest', '--symbol', symbol, '--profile', profile, '--session', session],
    ...['--data', recording('spot', symbol), '--hedge-data', recording('usdm', symbol)],
    ...more,
  ]);
  assert.equal(exitCode, 0, JSON.stringify(answer));
  return { session, summary: answer };
}

let usualRun: Promise<Summary> | null = null;
/** ETHUSDT at the touch as shipped, run once. */
function usual(): Promise<Summary> {
  usualRun ??= backtest('ETHUSDT', 'naive-touch').then(({ summary }) => summary);
  return usualRun;
}

/** Exact sum of decimal texts with eight decimals, in units of the last. */
function units(text: string): bigint {
  return BigInt(text.replace('.', ''));
}

function assertTradesCleanly(summary: Summary): void {
  const { fills, quoting, hedge, risk, orders } = summary;
  assert.ok(fills.count >= 20, `${fills.count} spot fills`);
  assert.ok(fills.makerRatio >= 0.99, `maker ratio ${fills.makerRatio}`);
  assert.ok(quoting.twoSidedRatio >= 0.9, `two-sided ${quoting.twoSidedRatio}`);
  assert.ok(hedge.insideBandRatio >= 0.99, `inside the band ${hedge.insideBandRatio}`);
  assert.equal(orders.openAtEnd, 0);
  for (const code of Object.keys(risk.rejections)) {
    assert.ok(!/BALANCE|MARGIN|FILTER/.test(code), `${code} ${risk.rejections[code]}`);
  }
}

function assertExplained({ pnl, fills, hedge }: Summary): void {
  const parts = [
    pnl.spreadCapture,
    pnl.inventory,
    pnl.hedgeExecution,
    pnl.fees,
    pnl.funding,
    pnl.residual,
  ];
  const sum = parts.reduce((total, part) => total + units(part), 0n);
  assert.equal(sum, units(pnl.total), 'the parts are the whole');
  const residual = units(pnl.residual);
  const rounding = BigInt(fills.count + hedge.fills);
  assert.ok(residual <= rounding && -residual <= rounding, `residual ${pnl.residual}`);
}

function assertRed({ economics, pnl }: Summary): void {
  assert.equal(economics.colour, 'red');
  assert.ok(Number(pnl.total) < 0);
  const net = Number(pnl.total).toFixed(4);
  assert.ok(economics.verdict.startsWith(`net ${net}: `), economics.verdict);
  const paid = (-Number(pnl.fees)).toFixed(4);
  assert.ok(economics.verdict.includes(paid), `${economics.verdict} names fees of ${paid}`);
  assert.match(economics.verdict, /exceed what was earned/);
}

for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
  test(
    `${symbol} at the touch trades cleanly, ends red and is the same again`,
    needsRecordings,
    async () => {
      const [first, second] = await Promise.all([
        symbol === 'ETHUSDT' ? usual() : backtest(symbol, 'naive-touch').then((one) => one.summary),
        backtest(symbol, 'naive-touch'),
      ]);
      assertTradesCleanly(first);
      assertExplained(first);
      assertRed(first);
      assert.deepEqual(second.summary.hashes, first.hashes);
    },
  );

  test(
    `${symbol} with the floor profile hardly quotes and says why in numbers`,
    needsRecordings,
    async () => {
      const { session, summary } = await backtest(symbol, 'floor');
      assertExplained(summary);
      assert.ok(summary.hashes['journal'] !== undefined);
      const floor = summary.quoting.reasons.find(({ reason }) => reason === 'FEE_FLOOR');
      assert.ok(floor !== undefined && floor.share > 0.5, JSON.stringify(summary.quoting.reasons));
      assert.ok(Number(floor.needed) > Number(floor.available));
      const wanted = summary.quoting.reasons.find(({ reason }) => reason === 'NONE')?.share ?? 0;
      assert.ok(wanted < 0.05, `the top layer was wanted ${wanted} of the time`);
      const reasons: Side[] = [];
      const moments = ['23:55:30', '23:56:30', '23:58:30'].map((at) =>
        runJson<{ sides: Side[] }>(['why', session, '--at', `2024-08-08T${at}Z`]),
      );
      for (const { answer } of await Promise.all(moments)) {
        assert.equal(answer.sides?.length, 2, JSON.stringify(answer));
        reasons.push(...answer.sides);
      }
      const floors = reasons.filter((side) => side.reason === 'FEE_FLOOR');
      assert.ok(floors.length > 0, JSON.stringify(reasons));
      for (const { needed, available, words, layers } of floors) {
        assert.ok(needed > available, 'the edge that is needed is more than there is');
        assert.ok(needed > 10, 'the maker fee alone is ten basis points');
        assert.ok(words.includes(needed.toFixed(2)) && words.includes(available.toFixed(2)), words);
        assert.ok(layers.every((layer) => layer.layer !== 'L0'));
      }
    },
  );
}

interface Side {
  readonly reason: string;
  readonly needed: number;
  readonly available: number;
  readonly words: string;
  readonly layers: readonly { readonly layer: string }[];
}

/** Net before all fees, in basis points of what was quoted and filled. */
function grossBps({ pnl, fills }: Summary): number {
  return ((Number(pnl.total) - Number(pnl.fees)) / Number(fills.notional)) * 10_000;
}

test('results degrade at one, two and five times the latency', needsRecordings, async () => {
  // Per notional: a losing quoter that is filled less often loses less in sum.
  const slack = 0.03;
  const multiples = [1, 2, 5];
  const slower = multiples.slice(1).map(async (multiple) => {
    const setting = ['--set', `simulation.latencyMultiple=${multiple}`];
    return (await backtest('ETHUSDT', 'naive-touch', ...setting)).summary;
  });
  const results = [await usual(), ...(await Promise.all(slower))];
  for (let index = 1; index < results.length; index++) {
    const [before, after] = [results[index - 1], results[index]];
    assert.ok(before !== undefined && after !== undefined);
    const step = `latency x ${multiples[index]}`;
    assert.ok(after.economics.netBpsOfTurnover <= before.economics.netBpsOfTurnover + slack, step);
    assert.ok(grossBps(after) <= grossBps(before) + slack, step);
    const spread = (one: Summary): number =>
      Number(one.pnl.spreadCapture) / Number(one.fills.notional);
    assert.ok(spread(after) < spread(before), `${step}: less spread captured per notional`);
    assert.ok(after.quoting.twoSidedRatio < before.quoting.twoSidedRatio, step);
    assert.ok(after.fills.count < before.fills.count, step);
  }
});

test('strict queue models fill no more than the probability model', needsRecordings, async () => {
  const filled = async (...wish: string[]): Promise<number> => {
    const { summary } = await backtest('ETHUSDT', 'naive-touch', ...wish);
    return Number(summary.fills.baseQuantity);
  };
  const power = Number((await usual()).fills.baseQuantity);
  const [riskAverse = 0, tradeThrough = 0] = await Promise.all([
    filled('--queue-model', 'risk-averse'),
    filled('--queue-model', 'trade-through'),
  ]);
  assert.ok(riskAverse <= power, `risk-averse ${riskAverse}, power ${power}`);
  assert.ok(tradeThrough <= riskAverse, `trade-through ${tradeThrough}, risk-averse ${riskAverse}`);
});

test(
  'bad wishes are refused with the flag or the file they stand in',
  needsRecordings,
  async () => {
    const data = ['--data', recording('spot', 'ETHUSDT'), '--symbol', 'ETHUSDT'];
    for (const [args, exitCode, where] of [
      [[...data, '--latency', 'silly'], 2, /--latency/],
      [[...data, '--latency', 'constant:5ms'], 2, /--latency/],
      [[...data, '--latency', 'interpolated:/nowhere/rows.csv'], 3, /nowhere/],
      [[...data, '--queue-model', 'silly'], 2, /./],
      [[...data, '--from', 'tuesday'], 2, /--from/],
      [[...data.slice(0, 2), '--symbol', 'BTCUSDT'], 1, /spot-ethusdt/],
    ] as const) {
      const session = join(folder, 'refused');
      const ended = await runJson<{ error: { where: string; remedy: string } }>([
        ...['backtest', ...args, '--session', session],
      ]);
      assert.equal(ended.exitCode, exitCode, JSON.stringify(ended.answer));
      assert.match(ended.answer.error.where, where);
      assert.notEqual(ended.answer.error.remedy, '');
    }
  },
);
