/**
 * Goal: total PnL equals its parts to one unit per fill, and a restored account goes on unchanged.
 * Method: random sessions against a small venue that keeps its own books, with fees in every asset,
 * rebates, funding, duplicates and statements in between.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReportStatus } from '#contracts/execution-report.ts';
import { BalanceSlot, CommissionAsset, Side } from '#contracts/order.ts';
import { StateBytesReader } from '#loop/state-bytes.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { Session, WHOLE } from './account-session-fixture.test-support.ts';
import type { ReportChoice } from './session-fixture.test-support.ts';

/** Keeps its own books the slow way and speaks to the session like a venue. */
class BookkeepingVenue {
  private readonly random: SeededRandom;
  private readonly session: Session;
  private base = 1_000 * WHOLE;
  private quote = 200 * WHOLE;
  private feeAsset = WHOLE;
  private wallet = 100 * WHOLE;
  private position = -1_000;
  private entryValue = -16_000_000_000;
  private now = 1_000;
  private trade = 0;
  fills = 0;

  constructor(seed: number, session: Session) {
    this.random = new SeededRandom(seed);
    this.session = session;
  }

  step(): void {
    this.now += this.random.integer(1, 5_000);
    const spotMid = 16_000 + this.random.integer(-300, 300);
    this.session.markets.set('quoted', spotMid - this.random.integer(1, 4), spotMid + 1, this.now);
    const perpMid = spotMid * 10 + this.random.integer(-20, 20);
    this.session.markets.set('hedge', perpMid - 5, perpMid + this.random.integer(5, 8), this.now);
    const kind = this.random.integer(0, 9);
    if (kind < 5) this.spotFill(spotMid);
    else if (kind < 8) this.perpFill(perpMid);
    else if (kind === 8) this.fund();
    else this.session.timer(this.now);
  }

  private spotFill(mid: number): void {
    const side = this.random.chance(0.5) ? Side.BUY : Side.SELL;
    const sign = side === Side.BUY ? 1 : -1;
    const lots = this.random.integer(1, 40);
    const price = mid + this.random.integer(-5, 5);
    const choice = this.random.integer(0, 2);
    const rate = this.random.chance(0.2) ? -50_000 : 100_000;
    const value = lots * price * 1_000;
    let fee = Math.trunc((value * rate) / WHOLE);
    let feeAsset: CommissionAsset = CommissionAsset.FEE_ASSET;
    this.base += sign * lots * WHOLE;
    this.quote -= sign * value;
    if (choice === 0 && sign > 0) {
      fee = Math.trunc((lots * WHOLE * rate) / WHOLE);
      feeAsset = CommissionAsset.BASE;
      this.base -= fee;
    } else if (choice < 2) {
      feeAsset = CommissionAsset.QUOTE;
      this.quote -= fee;
    } else {
      fee = 13;
      this.feeAsset -= fee;
    }
    this.tell({
      side,
      last: lots,
      lastPrice: price,
      fee,
      feeAsset,
      isMaker: this.random.chance(0.9),
      at: this.now,
    });
    this.session.balance(BalanceSlot.SPOT_BASE, this.base, 0, this.now);
    this.session.balance(BalanceSlot.SPOT_QUOTE, this.quote, 0, this.now);
    this.session.balance(BalanceSlot.SPOT_FEE_ASSET, this.feeAsset, 0, this.now);
  }

  private perpFill(mid: number): void {
    const side = this.random.chance(0.5) ? Side.BUY : Side.SELL;
    const signedLots = (side === Side.BUY ? 1 : -1) * this.random.integer(1, 2_500);
    const price = mid + this.random.integer(-30, 30);
    const value = signedLots * price * 100;
    const fee = Math.trunc(Math.abs(value) / 2_000);
    const isClosing = this.position !== 0 && this.position > 0 !== signedLots > 0;
    if (isClosing) {
      const closed = Math.min(Math.abs(signedLots), Math.abs(this.position));
      const closedCost = Math.round((this.entryValue * closed) / Math.abs(this.position));
      const closedValue = closed * price * 100 * Math.sign(signedLots);
      this.wallet += -closedValue - closedCost;
      this.entryValue += value - closedValue - closedCost;
    } else {
      this.entryValue += value;
    }
    this.position += signedLots;
    this.wallet -= fee;
    this.tell({
      side,
      instrument: 1,
      last: Math.abs(signedLots),
      lastPrice: price,
      fee,
      feeAsset: CommissionAsset.MARGIN,
      isMaker: false,
      at: this.now,
    });
    const entry = this.position === 0 ? 0 : Math.round(this.entryValue / this.position);
    this.session.perp(this.position, entry, this.now);
    this.session.balance(BalanceSlot.PERP_MARGIN, this.wallet, 0, this.now);
  }

  private fund(): void {
    const amount = this.random.integer(-10_000, 10_000);
    this.wallet += amount;
    this.session.funding(amount, this.now);
    this.session.balance(BalanceSlot.PERP_MARGIN, this.wallet, 0, this.now);
  }

  private tell(choice: ReportChoice): void {
    this.fills += 1;
    this.trade += this.random.integer(1, 5);
    const report = { ...choice, status: ReportStatus.FILLED, tradeId: this.trade, id: this.fills };
    this.session.report(report);
    if (this.random.chance(0.1)) this.session.report(report);
  }
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`total PnL equals its parts to one unit per fill in random session ${seed}`, () => {
    const session = new Session(true, 300 * WHOLE).open();
    const venue = new BookkeepingVenue(seed, session);
    const { position, pnl, counters } = session.account;
    const startUnrealized = position.unrealizedPnlUnits;
    let largestTotal = 0;
    for (let round = 0; round < 400; round++) {
      venue.step();
      const allowed = venue.fills + 5;
      assert.ok(
        Math.abs(pnl.residualUnits) <= allowed,
        `residual ${pnl.residualUnits}, seed ${seed}, round ${round}`,
      );
      session.timer(1_000_000_000 + round);
      largestTotal = Math.max(largestTotal, Math.abs(pnl.totalUnits));
      const accounting =
        position.realizedPnlUnits +
        position.unrealizedPnlUnits -
        startUnrealized +
        pnl.feesUnits +
        pnl.fundingUnits;
      assert.ok(
        Math.abs(accounting - pnl.totalUnits) <= allowed,
        `accounting off, seed ${seed}, round ${round}`,
      );
      assert.equal(position.isReconciled, true, `seed ${seed}, round ${round}`);
    }
    assert.equal(counters.corrections, 0);
    assert.equal(counters.quoting.count + counters.hedge.count, venue.fills);
    assert.ok(counters.duplicateFills > 0);
    assert.ok(largestTotal > WHOLE, 'something happened');
  });
}

test('a restored account state goes on exactly like the one that was saved', () => {
  const first = new Session(true, 300 * WHOLE).open();
  const firstVenue = new BookkeepingVenue(21, first);
  const second = new Session(true, 300 * WHOLE).open();
  const secondVenue = new BookkeepingVenue(21, second);
  for (let round = 0; round < 150; round++) {
    firstVenue.step();
    secondVenue.step();
  }
  first.balance(BalanceSlot.SPOT_BASE, 5 * WHOLE, WHOLE, 900_000_000);
  second.balance(BalanceSlot.SPOT_BASE, 5 * WHOLE, WHOLE, 900_000_000);
  first.report({ side: Side.SELL, id: 900, price: 16_050, quantity: 9, at: 900_000_001 });
  second.report({ side: Side.SELL, id: 900, price: 16_050, quantity: 9, at: 900_000_001 });
  const restored = new Session(true, 300 * WHOLE);
  restored.markets.set('quoted', 15_990, 16_010, 1);
  restored.markets.set('hedge', 159_900, 160_100, 1);
  const saved = first.stateBytes();
  const reader = new StateBytesReader(saved);
  restored.account.readState(reader);
  assert.ok(reader.isAtEnd);
  assert.deepEqual(restored.stateBytes(), saved);
  // The venue's second copy now drives the restored account in place of the original.
  Object.assign(secondVenue, { session: restored });
  for (let round = 0; round < 150; round++) {
    firstVenue.step();
    secondVenue.step();
    assert.deepEqual(restored.stateBytes(), first.stateBytes(), `round ${round}`);
    assert.deepEqual(
      { ...restored.account.position, options: 0, markets: 0 },
      { ...first.account.position, options: 0, markets: 0 },
    );
  }
  assert.equal(restored.account.pnl.residualUnits, first.account.pnl.residualUnits);
});
