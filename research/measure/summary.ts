/**
 * The summary of `run`, `backtest` and `replay` (`--json`), and the same for people. Field names are
 * a contract with users' scripts: added to, never renamed.
 */

import { findFeeTier, REPRICING_TIERS, rateFromBps } from '#adapters/config/fee-tiers.ts';
import type { SessionHashes } from '#adapters/journal/journal.ts';
import type { LatencyProbe } from '#adapters/probe/probe.ts';
import type { TradingSession } from '#compose/trading-session.ts';
import { BalanceSlot } from '#contracts/order.ts';
import { RiskCode } from '#contracts/risk-verdict.ts';
import { HealthAdvice, HealthStatus, KillReason } from '#contracts/system-health.ts';
import { formatTurnover } from '#units/decimal-text.ts';
import { RATE_UNITS_PER_BP } from '#units/integers.ts';
import { type BreakEven, breakEven } from './break-even.ts';
import { blocksOf } from './break-even-blocks.ts';
import {
  type FeeRates,
  repriceNet,
  savedByFeeAsset,
  type TurnoverByFee,
  turnoverByFee,
} from './fee-repricing.ts';
import { killWords } from './reason-words.ts';
import type { SessionMeasures } from './session-measures.ts';
import { judge, type Verdict } from './verdict.ts';

export interface SummaryInput {
  readonly session: TradingSession;
  readonly measures: SessionMeasures;
  readonly hashes: SessionHashes | null;
  readonly probe: LatencyProbe;
  readonly build: string;
  readonly worldName: string;
  readonly wallSeconds: number;
  readonly openAtEnd: number;
}

export type Summary = ReturnType<typeof buildSummary>;

export function buildSummary(input: SummaryInput) {
  const { session, measures, hashes } = input;
  const { engine, setup } = session;
  const { fills } = measures.fills;
  const turnover = turnoverByFee(fills, setup.instruments);
  const blocks = blocksOf(measures.series.samples, fills, setup.instruments);
  const even = breakEven(blocks);
  const verdict = judge({
    isSynthetic: session.world.isSynthetic,
    fillCount: engine.accountState.counters.quoting.count,
    spanMicros: session.nowMicros - session.tradeFromMicros,
    netUnits: engine.accountState.pnl.totalUnits,
    feesUnits: engine.accountState.pnl.feesUnits,
    fundingUnits: engine.accountState.pnl.fundingUnits,
    currency: setup.instruments[0]?.quoteAsset ?? '',
    makerFeeBps: effectiveMakerFeeBps(input),
    breakEven: even,
    profile: setup.profile,
  });
  return {
    world: input.worldName,
    symbol: setup.symbol,
    seed: setup.seed,
    profile: setup.profile,
    feed: setup.feed,
    synthetic: session.world.isSynthetic,
    config: { version: setup.configVersion, hash: setup.configHash },
    build: input.build,
    time: {
      fromMicros: session.tradeFromMicros as number,
      toMicros: session.nowMicros as number,
      wallSeconds: round(input.wallSeconds, 3),
    },
    events: {
      ...measures.events,
      perSecond: Math.round(measures.events.total / Math.max(input.wallSeconds, 1e-9)),
    },
    hashes,
    orders: { ...measures.orders.counts, openAtEnd: input.openAtEnd },
    fills: fillSection(input),
    quoting: quotingSection(measures),
    inventory: {
      base: amount(engine.accountState.position.spotBaseUnits),
      maxAbsBase: amount(measures.maxAbsSpotBaseUnits),
      insideBandRatio: ratio(measures.insideBandSamples, measures.bandSamples),
    },
    hedge: hedgeSection(input),
    economics: economicsSection(input, turnover, even, verdict),
    pnl: pnlSection(input),
    risk: riskSection(input),
    latency: latencySection(input.probe),
    balances: balanceSection(input),
    anomalies: measures.alertCount,
  };
}

function quotingSection(measures: SessionMeasures) {
  const { quotes, orders } = measures;
  const fillCount = measures.fills.fills.length;
  return {
    liveBookRatio: round(quotes.liveBookRatio, 6),
    twoSidedRatio: round(quotes.twoSidedRatio, 6),
    averageSpreadBps: round(quotes.averageSpreadBps, 4),
    averageTopDistanceTicks: round(quotes.averageTopDistanceTicks, 4),
    messagesPerFill: fillCount === 0 ? null : round(orders.messages / fillCount, 2),
    reasons: quotes.reasons.shares().map((one) => ({
      ...one,
      share: round(one.share, 6),
      needed: one.needed === null ? null : round(one.needed, 4),
      available: one.available === null ? null : round(one.available, 4),
    })),
  };
}

function fillSection(input: SummaryInput) {
  const { quoting } = input.session.engine.accountState.counters;
  return {
    count: quoting.count,
    maker: quoting.makerCount,
    taker: quoting.takerCount,
    makerRatio: ratio(quoting.makerNotionalUnits, quoting.notionalUnits),
    baseQuantity: amount(quoting.baseUnits),
    notional: amount(quoting.notionalUnits),
  };
}

function hedgeSection(input: SummaryInput) {
  const { engine, setup } = input.session;
  const { counters } = engine.hedging;
  const { hedge } = engine.accountState.counters;
  const price = setup.startPriceUnits / 1e8;
  return {
    fills: hedge.count,
    maker: hedge.makerCount,
    makerRatio: ratio(hedge.makerNotionalUnits, hedge.notionalUnits),
    notional: amount(hedge.notionalUnits),
    netDelta: amount(engine.accountState.position.netDeltaBaseUnits),
    maxAbsNetDelta: amount(counters.maxAbsNetDeltaUnits),
    insideBandRatio: ratio(counters.insideMicros, counters.totalMicros),
    bandQuote: round((counters.bandUnits / 1e8) * price, 2),
    costBps:
      counters.notionalUnits === 0
        ? 0
        : round((counters.costUnits / counters.notionalUnits) * 10_000, 4),
  };
}

function economicsSection(
  input: SummaryInput,
  turnover: TurnoverByFee,
  even: BreakEven,
  verdict: Verdict,
) {
  const { engine, setup } = input.session;
  const net = engine.accountState.pnl.totalUnits;
  const saved = savedByFeeAsset(input.measures.fills.fills, setup.instruments);
  const netAtListedFees = net - saved;
  const quotedInstrument = setup.instruments[0];
  const hedgeInstrument = setup.instruments[1];
  const paid: FeeRates = {
    spotMaker: quotedInstrument?.makerFeeRate ?? 0,
    spotTaker: quotedInstrument?.takerFeeRate ?? 0,
    perpMaker: hedgeInstrument?.makerFeeRate ?? 0,
    perpTaker: hedgeInstrument?.takerFeeRate ?? 0,
  };
  const effectiveBps = effectiveMakerFeeBps(input);
  const turnoverUnits =
    turnover.spotMaker + turnover.spotTaker + turnover.perpMaker + turnover.perpTaker;
  return {
    breakEvenMakerFeeBps: even.feeBps === null ? null : round(even.feeBps, 4),
    breakEvenInterval:
      even.lowBps === null || even.highBps === null
        ? null
        : { lowBps: round(even.lowBps, 4), highBps: round(even.highBps, 4), level: 0.9 },
    effectiveMakerFeeBps: effectiveBps === null ? null : round(effectiveBps, 4),
    paidMakerFeeBps: round(paid.spotMaker / RATE_UNITS_PER_BP, 4),
    savedByFeeAsset: amount(saved),
    netBpsOfTurnover: turnoverUnits === 0 ? 0 : round((net / turnoverUnits) * 10_000, 4),
    verdict: verdict.text,
    colour: verdict.colour,
    evidence: verdict.evidence,
    tiers: REPRICING_TIERS.map((name) => ({
      tier: name,
      net: amount(repriceNet(netAtListedFees, turnover, paid, ratesOf(name))),
    })),
  };
}

/** Spot maker fees over their notional: the account's rate less what the fee asset saved. */
function effectiveMakerFeeBps(input: SummaryInput): number | null {
  const { quoting, quotingMakerFeesUnits } = input.session.engine.accountState.counters;
  if (quoting.makerNotionalUnits === 0) return null;
  return (quotingMakerFeesUnits / quoting.makerNotionalUnits) * 10_000;
}

function ratesOf(tierName: string): FeeRates {
  const tier = findFeeTier(tierName);
  if (tier === null) throw new RangeError(`unknown fee tier ${tierName}`);
  return {
    spotMaker: rateFromBps(tier.spotMakerBps),
    spotTaker: rateFromBps(tier.spotTakerBps),
    perpMaker: rateFromBps(tier.perpMakerBps),
    perpTaker: rateFromBps(tier.perpTakerBps),
  };
}

function pnlSection(input: SummaryInput) {
  const { pnl } = input.session.engine.accountState;
  return {
    currency: input.session.setup.instruments[0]?.quoteAsset ?? '',
    total: amount(pnl.totalUnits),
    spreadCapture: amount(pnl.spreadCaptureUnits),
    inventory: amount(pnl.inventoryUnits),
    hedgeExecution: amount(pnl.hedgeExecutionUnits),
    fees: amount(pnl.feesUnits),
    funding: amount(pnl.fundingUnits),
    residual: amount(pnl.residualUnits),
  };
}

function riskSection(input: SummaryInput) {
  const { engine } = input.session;
  const rejections: Record<string, number> = {};
  for (const [name, code] of Object.entries(RiskCode)) {
    const count = engine.risk.rejectionCount(code);
    if (code !== RiskCode.APPROVED && count > 0) rejections[name] = count;
  }
  const { health } = engine.ops;
  return {
    rejections,
    killSwitch: health.shouldKill
      ? {
          reason: nameOf(KillReason, health.killReason),
          atMicros: health.killedAtMicros as number,
          measured: health.killMeasured,
          limit: health.killLimit,
          words: killWords(health.killReason, health.killMeasured, health.killLimit),
        }
      : null,
    pulled:
      health.advice === HealthAdvice.PULL
        ? { reason: 'DAILY_LOSS', measuredBps: health.adviceMeasured, limitBps: health.adviceLimit }
        : null,
    health: nameOf(HealthStatus, health.status),
  };
}

function latencySection(probe: LatencyProbe) {
  const stages: Record<string, object> = {};
  let loop = { p50: 0, p99: 0, p999: 0, max: 0 };
  for (const one of probe.latencies()) {
    const micros = {
      p50: round(one.p50 / 1000, 3),
      p99: round(one.p99 / 1000, 3),
      p999: round(one.p999 / 1000, 3),
      max: round(one.max / 1000, 3),
    };
    if (one.stage === 'loop') loop = micros;
    else if (one.count > 0) stages[one.stage] = micros;
  }
  return { loop, stages };
}

function balanceSection(input: SummaryInput) {
  const { setup, world } = input.session;
  const quoted = setup.instruments[0];
  if (quoted === undefined) return {};
  const balances: Record<string, { free: string; locked: string }> = {
    [quoted.baseAsset]: balance(input, BalanceSlot.SPOT_BASE),
    [quoted.quoteAsset]: balance(input, BalanceSlot.SPOT_QUOTE),
  };
  if (quoted.feeAsset !== '')
    balances[quoted.feeAsset] = balance(input, BalanceSlot.SPOT_FEE_ASSET);
  if (world.venue.margin !== null) {
    balances[`${quoted.quoteAsset} (margin)`] = balance(input, BalanceSlot.PERP_MARGIN);
  }
  return balances;
}

function balance(input: SummaryInput, slot: BalanceSlot): { free: string; locked: string } {
  const { venue } = input.session.world;
  return { free: amount(venue.freeUnits(slot)), locked: amount(venue.lockedUnits(slot)) };
}

function amount(units: number): string {
  return formatTurnover(units, 8);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : round(part / whole, 6);
}

function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

function nameOf(codes: Readonly<Record<string, number>>, code: number): string {
  return Object.keys(codes).find((name) => codes[name] === code) ?? String(code);
}
