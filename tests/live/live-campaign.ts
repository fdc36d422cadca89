/**
 * The whole product against the exchange over real sockets, for as long as asked, with faults on both:
 *
 *   npm run live-campaign -- --minutes 30 --seed 1
 *
 * Afterwards the exchange is asked what happened and the session's journal what it believes. Prints one
 * JSON object; exits with 1 when they differ, when an order was left, or when too little happened.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatScaled } from '#units/decimal-text.ts';
import { startExchangeProcess, startProgram } from './exchange-process.ts';
import { readFacts, type SessionFacts } from './session-fills.ts';
import { askTruth, type TruthTrade, unitsOf, type VenueTruth } from './venue-truth.ts';

const SYMBOL = 'DOGEUSDT';
/** What a run must show to count as one, a minute of it. */
const LEAST_PER_MINUTE = { events: 3_000, fills: 5, faultsLive: 5 } as const;
/** Refusals by rate are put in by these; without them none may happen. */
const RATE_FAULTS = ['RATE_LIMITED', 'BANNED'] as const;
const RAREST_EVERY_MILLIS = 10_000;
const ALL_BUT_RATE = 'all-but-rate';

interface FaultCount {
  readonly name: string;
  readonly struck: number;
  readonly struckLive: number;
  readonly pending: number;
}

interface Summary {
  readonly orders: { readonly sent: number; readonly openAtEnd: number };
  readonly fills: { readonly count: number };
  readonly hedge: { readonly fills: number };
  readonly pnl: { readonly residual: string };
  readonly quoting: { readonly twoSidedRatio: number };
  readonly risk: { readonly killSwitch: unknown };
  readonly balances: Readonly<Record<string, { readonly free: string; readonly locked: string }>>;
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: ALL_BUT_RATE },
    key: { type: 'string', default: 'demo-1-ed25519' },
    session: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new RangeError(`not a number of minutes: ${values.minutes}`);
const directory = values.session ?? join(mkdtempSync(join(tmpdir(), 'doge-mm-live-')), 'session');

const exchange = await startExchangeProcess(['--seed', values.seed, '--faults', 'none']);
try {
  const wanted = await switchFaults();
  const startedAt = Date.now();
  const run = startProgram([
    ...['run', '--world', 'live', '--venue', `exchange:${exchange.file}`, '--key', values.key],
    ...['--profile', 'naive-touch', '--duration', `${Math.round(minutes * 60)}s`],
    ...['--no-dashboard', '--json', '--session', directory],
  ]);
  const timer = setInterval(() => {
    const line = run.words().trimEnd().split('\n').at(-1) ?? '';
    process.stderr.write(`${Math.round((Date.now() - startedAt) / 1_000)} s: ${line}\n`);
  }, 30_000);
  // Rare ones are helped along: each must have struck several times at the end.
  const helper = setInterval(() => void strikeRarest(wanted), RAREST_EVERY_MILLIS);
  const exitCode = await run.ended;
  clearInterval(timer);
  clearInterval(helper);
  const counts = await faultCounts();
  await silenceFaults();
  const truth = await askTruth(exchange.line, values.key.replace('ed25519', 'hmac'), SYMBOL);
  const summary = parseSummary(run.output(), run.words());
  const facts = readFacts(directory);
  const problems = judge({ truth, summary, facts, counts, words: run.words() });
  process.stdout.write(
    `${JSON.stringify(
      {
        ok: problems.length === 0,
        problems,
        minutes,
        seed: values.seed,
        exitCode,
        session: directory,
        events: facts.events,
        orders: summary.orders,
        ownFills: { spot: truth.trades.spot.length, usdm: truth.trades.usdm.length },
        toldBy: facts.byChannel,
        faults: Object.fromEntries(
          counts.map(({ name, struck, struckLive }) => [name, { struck, struckLive }]),
        ),
        twoSidedRatio: summary.quoting.twoSidedRatio,
        residual: summary.pnl.residual,
        balances: summary.balances,
      },
      null,
      2,
    )}\n`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await exchange.stop();
}

async function admin(path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(exchange.line.admin + path, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function faultCounts(): Promise<readonly FaultCount[]> {
  return ((await admin('')) as { faults: readonly FaultCount[] }).faults;
}

/** The fault that struck least strikes at its next occasion. */
async function strikeRarest(wanted: readonly string[]): Promise<void> {
  try {
    const rows = (await faultCounts()).filter(({ name }) => wanted.includes(name));
    const [rarest] = rows
      .filter(({ pending }) => pending === 0)
      .sort((left, right) => left.struck - right.struck);
    if (rarest !== undefined) await admin('/strike', { name: rarest.name });
  } catch (error) {
    process.stderr.write(`no strike: ${String(error)}\n`);
  }
}

/** Returns the names of those that are on. */
async function switchFaults(): Promise<readonly string[]> {
  const isRate = (name: string): boolean => (RATE_FAULTS as readonly string[]).includes(name);
  const all = (await faultCounts()).map(({ name }) => name);
  const wanted =
    values.faults === ALL_BUT_RATE
      ? all.filter((name) => !isRate(name))
      : values.faults === 'all'
        ? all
        : values.faults.split(',').filter((name) => name !== '' && name !== 'none');
  for (const name of wanted) await admin('/faults', { name, on: true });
  return wanted;
}

/** So that the questions afterwards are answered. */
async function silenceFaults(): Promise<void> {
  for (const { name } of await faultCounts()) await admin('/faults', { name, on: false });
}

function parseSummary(output: string, words: string): Summary {
  const answer = parsed(output);
  if (answer !== null && 'orders' in answer) return answer as Summary;
  throw new Error(`the session gave no summary: ${output.slice(0, 1_000)} ${words.slice(-2_000)}`);
}

/** Null when it is no JSON object. */
function parsed(output: string): object | null {
  try {
    return JSON.parse(output) as object;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

interface Evidence {
  readonly truth: VenueTruth;
  readonly summary: Summary;
  readonly facts: SessionFacts;
  readonly counts: readonly FaultCount[];
  readonly words: string;
}

/** Everything that is not as it must be, in words. */
function judge({ truth, summary, facts, counts, words }: Evidence): readonly string[] {
  const problems: string[] = [];
  const { openOrders, trades } = truth;
  if (openOrders.spot + openOrders.usdm > 0) {
    problems.push(`orders left at the venue: ${JSON.stringify(openOrders)}`);
  }
  if (summary.orders.openAtEnd !== 0) problems.push('the session says that orders are open');
  problems.push(...compareFills(0, trades.spot, facts), ...compareFills(1, trades.usdm, facts));
  if (facts.contradictions > 0) problems.push(`${facts.contradictions} fills told in two ways`);
  if (summary.fills.count !== trades.spot.length) {
    problems.push(`${summary.fills.count} own fills counted, the venue has ${trades.spot.length}`);
  }
  if (summary.hedge.fills !== trades.usdm.length) {
    problems.push(
      `${summary.hedge.fills} hedge fills counted, the venue has ${trades.usdm.length}`,
    );
  }
  problems.push(...compareBalances(truth, summary));
  const injected = counts
    .filter(({ name }) => (RATE_FAULTS as readonly string[]).includes(name))
    .reduce((total, { struck }) => total + struck, 0);
  const refused = words.match(/the venue says (429|418)/g)?.length ?? 0;
  if (injected === 0 && refused > 0) problems.push(`${refused} refusals by rate without injection`);
  if (summary.risk.killSwitch !== null) {
    problems.push(`the session was stopped: ${JSON.stringify(summary.risk.killSwitch)}`);
  }
  problems.push(...tooLittle(trades.spot.length + trades.usdm.length, facts.events, counts));
  return problems;
}

function compareFills(
  instrument: number,
  trades: readonly TruthTrade[],
  facts: SessionFacts,
): readonly string[] {
  const problems: string[] = [];
  const name = instrument === 0 ? 'spot' : 'perpetual';
  const terms = facts.instruments[instrument];
  const believed = [...facts.fills.values()].filter((fill) => fill.instrument === instrument);
  const known = new Set(believed.map(({ tradeId }) => tradeId));
  for (const trade of trades) {
    const fill = facts.fills.get(`${instrument} ${trade.id}`);
    if (fill === undefined || terms === undefined) {
      problems.push(`${name} trade ${trade.id} was never told to the session`);
      continue;
    }
    const quantity = BigInt(fill.lots * terms.baseUnitsPerLot);
    const price = BigInt(fill.priceTicks * terms.priceUnitsPerTick);
    if (quantity !== unitsOf(trade.quantity) || price !== unitsOf(trade.price)) {
      problems.push(`${name} trade ${trade.id}: ${trade.quantity} at ${trade.price} at the venue`);
    }
    known.delete(trade.id);
  }
  for (const tradeId of known) problems.push(`${name} trade ${tradeId} is none of the venue's`);
  return problems;
}

function compareBalances(truth: VenueTruth, summary: Summary): readonly string[] {
  const problems: string[] = [];
  for (const [asset, total] of Object.entries(truth.spotBalances)) {
    const ours = summary.balances[asset];
    if (ours === undefined) continue;
    const believed = unitsOf(ours.free) + unitsOf(ours.locked);
    if (believed === unitsOf(total)) continue;
    problems.push(`${asset}: ${formatScaled(Number(believed), 8)} believed, ${total} at the venue`);
  }
  const margin = summary.balances['USDT (margin)'];
  if (margin !== undefined && unitsOf(margin.free) !== unitsOf(truth.marginWallet)) {
    problems.push(`margin wallet: ${margin.free} believed, ${truth.marginWallet} at the venue`);
  }
  return problems;
}

function tooLittle(
  fills: number,
  events: number,
  counts: readonly FaultCount[],
): readonly string[] {
  const live = counts.reduce((total, { struckLive }) => total + struckLive, 0);
  const isFaulty = values.faults !== 'none';
  const rows = [
    ['events', events, LEAST_PER_MINUTE.events],
    ['fills', fills, LEAST_PER_MINUTE.fills],
    ['faults on a live order', live, isFaulty ? LEAST_PER_MINUTE.faultsLive : 0],
  ] as const;
  return rows
    .filter(([, count, least]) => count < least * minutes)
    .map(([name, count, least]) => `${count} ${name}, at least ${least * minutes} are expected`);
}
