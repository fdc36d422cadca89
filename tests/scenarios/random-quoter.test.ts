/**
 * Goal: no free money. A quoter that knows nothing loses about the fee plus what the market moves
 * against its fills, in every regime; and the same fills at another fee tier move the result by
 * exactly the fee difference times the notional.
 * Method: paper sessions of the whole engine with the random model. What the account gained comes
 * from balances and marks; what the fills were worth comes from the fill tape's markouts. Between
 * the two lies the inventory held longer than the markout: a martingale, whose deviation is measured
 * by its own quadratic variation.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findFeeTier, rateFromBps } from '#adapters/config/fee-tiers.ts';
import { REGIME_NAMES } from '#contracts/configuration/simulation-configuration.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { notionalUnits } from '#contracts/instrument-arithmetic.ts';
import { Side } from '#contracts/order.ts';
import { repriceNet, turnoverByFee } from '#research/measure/fee-repricing.ts';
import { type FillRecord, markoutTicks } from '#research/measure/fill-tape.ts';
import { SessionMeasures } from '#research/measure/session-measures.ts';
import { Rounding } from '#units/multiply-divide.ts';
import { tell } from './story.test-support.ts';

const MODEL_FILE = fileURLToPath(
  new URL('../../research/models/random-quoter.ts', import.meta.url),
);
const SECONDS = 360;
/** Index of the 1 s horizon among the tape's markouts. */
const ONE_SECOND = 1;
/** Deviations of the inventory's noise that are let pass: one in 16 000 for a normal one. */
const TOLERANCE_DEVIATIONS = 4;

interface Outcome {
  readonly fills: readonly FillRecord[];
  readonly instruments: readonly Instrument[];
  /** Spot maker notional, quote units. */
  readonly notional: number;
  /** Gain of the account without what the starting stock gained, quote units. */
  readonly net: number;
  readonly fees: number;
  /** Value of the fills one second later against their price, quote units. */
  readonly markout: number;
  /** The same at the moment of the fill. */
  readonly capture: number;
  /** Standard deviation of what the inventory gained after that second, quote units. */
  readonly noise: number;
}

async function quoteAtRandom(regime: string, seed: number): Promise<Outcome> {
  let outcome: Outcome | null = null;
  const settings = {
    profile: 'naive-touch',
    'pricing.model': 'user',
    modelFile: MODEL_FILE,
    hedge: 'none',
    seed,
    'simulation.regime': regime,
    // Little stock and tight bounds: what it holds should not drown what its fills were worth.
    'account.baseNotional': '1000',
    'inventory.targetNotional': '1000',
    'inventory.maxDeviationNotional': '200',
    'pricing.capital': '200',
  };
  await tell(settings, (story) => {
    const { engine } = story.session;
    const measures = new SessionMeasures(engine);
    measures.attach(story.session.host, story.session.router);
    const { pnl, position } = engine.accountState;
    const { quoted } = engine.marketData.markets;
    story.wait(0.2);
    assert.equal(measures.fills.fills.length, 0, 'nothing can be filled yet');
    const stock = position.spotBaseUnits;
    const [spot] = story.session.setup.instruments;
    assert.ok(spot !== undefined);
    const worth = (base: number, halfTicks: number): number =>
      (base / 1e8) * (halfTicks / 2) * spot.priceUnitsPerTick;
    const start = { total: pnl.totalUnits, mid: quoted.midHalfTicks };
    let squares = 0;
    for (let second = 0; second < SECONDS; second++) {
      const mid = quoted.midHalfTicks;
      const held = position.spotBaseUnits - stock;
      story.wait(1);
      squares += worth(held, quoted.midHalfTicks - mid) ** 2;
    }
    const { fills } = measures.fills;
    const { instruments } = story.session.setup;
    let markout = 0;
    let capture = 0;
    for (const fill of fills) {
      const sign = fill.side === Side.BUY ? 1 : -1;
      const units = (fill.lots * spot.tickLotNumerator) / spot.tickLotDenominator;
      const ticks = markoutTicks(fill, ONE_SECOND);
      if (Number.isFinite(ticks)) markout += ticks * units;
      capture += sign * (fill.midHalfTicks / 2 - fill.priceTicks) * units;
    }
    outcome = {
      fills,
      instruments,
      notional: turnoverByFee(fills, instruments).spotMaker,
      net: pnl.totalUnits - start.total - worth(stock, quoted.midHalfTicks - start.mid),
      fees: pnl.feesUnits,
      markout,
      capture,
      noise: Math.sqrt(squares),
    };
  });
  assert.ok(outcome !== null);
  return outcome;
}

for (const regime of REGIME_NAMES) {
  test(`in a ${regime} market it loses the fee and what the market moves against it`, async () => {
    const outcome = await quoteAtRandom(regime, 7);
    const { notional, net, fees, markout, capture, noise, fills } = outcome;
    const bps = (units: number): number => (units / notional) * 10_000;
    const shown = `net ${bps(net)}, markout ${bps(markout)}, noise ${bps(noise)} bp of ${notional / 1e8}`;
    assert.ok(fills.length >= 10, `${fills.length} fills`);
    assert.ok(fills.every((fill) => fill.isMaker));
    assert.ok(Math.abs(bps(fees) + 10) < 0.01, `fees ${bps(fees)} bp at VIP0`);
    assert.ok(markout < capture, `the market moves against its fills: ${shown}`);
    const expected = markout + fees;
    assert.ok(Math.abs(net - expected) < TOLERANCE_DEVIATIONS * noise, shown);
    assert.ok(net < 0, shown);
  });
}

test('the same fills at another tier move the result by exactly the fee difference', async () => {
  const { fills, instruments, net } = await quoteAtRandom('volatile', 11);
  const [spot] = instruments;
  assert.ok(spot !== undefined && fills.length > 10);
  const rates = (name: string) => {
    const tier = findFeeTier(name);
    assert.ok(tier !== null);
    return {
      spotMaker: rateFromBps(tier.spotMakerBps),
      spotTaker: rateFromBps(tier.spotTakerBps),
      perpMaker: rateFromBps(tier.perpMakerBps),
      perpTaker: rateFromBps(tier.perpTakerBps),
    };
  };
  const notional = fills.reduce(
    (sum, fill) => sum + notionalUnits(spot, fill.priceTicks, fill.lots, Rounding.DOWN),
    0,
  );
  const turnover = turnoverByFee(fills, instruments);
  const whole = Math.round(net);
  for (const [tier, bps] of [
    ['VIP0', 10],
    ['VIP5', 3.6],
    ['VIP9', 1.2],
    ['ZERO', 0],
    ['REBATE', -0.5],
  ] as const) {
    const repriced = repriceNet(whole, turnover, rates('VIP0'), rates(tier));
    assert.equal(repriced - whole, Math.round((notional * (10 - bps)) / 10_000), tier);
  }
});
