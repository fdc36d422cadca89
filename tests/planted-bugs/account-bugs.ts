import type { PlantedBug } from './planted-bug.ts';

const ACCOUNT = 'engine/domains/account-state';

/** Fills, balances, positions and the profit made of them. */
export const ACCOUNT_BUGS: readonly PlantedBug[] = [
  {
    name: 'fill-ids-not-remembered',
    does: 'a fill that two channels tell is booked twice',
    source: 'hummingbot#1663, hummingbot#3317',
    file: `${ACCOUNT}/account-state.ts`,
    sound: 'this.fillIdsOf(report.instrument).remember(report.tradeId);',
    broken: '',
  },
  {
    name: 'listed-trade-booked-again',
    does: 'the list of trades books what the stream has told',
    source: 'hummingbot#1663, nautilus_trader#3046',
    file: `${ACCOUNT}/account-state.ts`,
    sound: 'if (isRecord) return false;',
    broken: 'if (isRecord) return true;',
  },
  {
    name: 'listed-trades-ignored',
    does: 'fills that only the list of trades tells are not booked',
    source: 'hummingbot#2480, hummingbot#7590',
    file: `${ACCOUNT}/account-state.ts`,
    sound: 'const novelty = this.fillIdsOf(report.instrument).novelty(report.tradeId);',
    broken: `if (isRecord) return false;
    const novelty = this.fillIdsOf(report.instrument).novelty(report.tradeId);`,
  },
  {
    name: 'fill-ids-lost-in-a-restart',
    does: 'a restart forgets which fills were booked',
    source: 'hummingbot#2945, nautilus_trader#3046',
    file: `${ACCOUNT}/fill-ids.ts`,
    sound: 'this.count = reader.floats(this.recent);',
    broken: 'reader.floats(this.recent);',
  },
  {
    name: 'late-fill-dropped',
    does: 'a fill that is told after the end of its order is not booked',
    source: 'hummingbot#2501, hummingbot#3374',
    file: `${ACCOUNT}/account-state.ts`,
    sound: 'const isNewFill = isFill && this.isNewFill(report, isRecord);',
    broken: `const hasEnded = this.orders['ended'].has(report.clientOrderId);
    const isNewFill = isFill && !hasEnded && this.isNewFill(report, isRecord);`,
  },
  {
    name: 'foreign-fills-ignored',
    does: 'fills of orders that somebody else placed on the account are not booked',
    source: 'nautilus_trader#4454, nautilus_trader#4975',
    file: `${ACCOUNT}/account-state.ts`,
    sound: 'if (!isNewFill) return;',
    broken: 'if (!isNewFill || report.clientOrderId === NO_ORDER) return;',
  },
  {
    name: 'own-number-beats-the-venue',
    does: 'a statement that disagrees is noted, and the own number stays',
    source: 'nautilus_trader#4736, hummingbot#4964',
    file: `${ACCOUNT}/absolute-slot.ts`,
    sound: 'this.take(totalUnits, lockedUnits, venueMicros);\n    if (difference === 0)',
    broken: 'this.take(this.totalUnits, lockedUnits, venueMicros);\n    if (difference === 0)',
  },
  {
    name: 'position-statement-ignored',
    does: 'only the first statement of the position counts',
    source: 'nautilus_trader#4975, nautilus_trader#3104',
    file: `${ACCOUNT}/account-state.ts`,
    sound: 'const outcome = this.balances.applyPosition(event, instrument);',
    broken: `if (this.balances.slot(POSITION_SLOT).isKnown) return;
    const outcome = this.balances.applyPosition(event, instrument);`,
  },
  {
    name: 'older-statement-accepted',
    does: 'a statement from before the newest fill takes the fill back',
    source: 'hummingbot#8368, nautilus_trader#3878',
    file: `${ACCOUNT}/absolute-slot.ts`,
    sound: 'if (venueMicros < this.changedAtMicros || venueMicros < this.statedAtMicros) {',
    broken: 'if (venueMicros < this.statedAtMicros) {',
  },
  {
    name: 'statement-and-late-fill-both-count',
    does: 'a fill that a newer statement holds already moves the amount once more',
    source: 'nautilus_trader#4736, QuantDinger#232',
    file: `${ACCOUNT}/absolute-slot.ts`,
    sound: 'if (venueMicros < this.statedAtMicros) return true;',
    broken: 'if (venueMicros < this.statedAtMicros) return false;',
  },
  {
    name: 'commission-in-base-forgotten',
    does: 'a buy is booked whole though the commission was taken out of it',
    source: 'hummingbot#8099, hummingbot#7891',
    file: `${ACCOUNT}/balances.ts`,
    sound: 'base.applyChange((isBuy ? amount : -amount) - baseFee, at);',
    broken: 'base.applyChange(isBuy ? amount : -amount, at);',
  },
  {
    name: 'commission-of-the-hedge-forgotten',
    does: 'the margin wallet does not pay the commission of its fills',
    source: 'hummingbot#2710',
    file: `${ACCOUNT}/balances.ts`,
    sound: 'report.commissionAsset === CommissionAsset.MARGIN ? report.commissionUnits : 0;',
    broken: 'report.commissionAsset === CommissionAsset.NONE ? report.commissionUnits : 0;',
  },
  {
    name: 'fees-with-the-wrong-sign',
    does: 'fees add to the explained profit',
    source: 'hummingbot#8099, hummingbot#7891',
    file: `${ACCOUNT}/pnl-attribution.ts`,
    sound: 'return (0 - paid) as AssetUnits;',
    broken: 'return paid as AssetUnits;',
  },
  {
    name: 'entry-cost-not-rebased',
    does: 'a corrected position keeps the cost of the old one',
    source: 'hummingbot#3196, nautilus_trader#3104',
    file: `${ACCOUNT}/corrections.ts`,
    sound: 'book.rebasePerp(perpEntryPriceUnits);',
    broken: '',
  },
  {
    name: 'amended-order-keeps-its-old-size-in-the-account',
    does: 'the account goes on with the size from before an amend, also for the own part of the book',
    source: 'hftbacktest#67',
    file: `${ACCOUNT}/orders.ts`,
    sound: `row.totalLots = report.quantityLots;
    setLeaves(row, row.totalLots - row.filledLots, report.venueTimeMicros);
    this.version += 1;
    return OrderChange.CHANGED;`,
    broken: 'return OrderChange.CHANGED;',
  },
  {
    name: 'funding-explained-with-the-wrong-sign',
    does: 'the parts of PnL count funding that was paid as received',
    source: 'own',
    file: `${ACCOUNT}/pnl-attribution.ts`,
    sound: 'this.funding += amountUnits;',
    broken: 'this.funding -= amountUnits;',
  },
];
