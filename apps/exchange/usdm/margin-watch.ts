/** What the venue does to accounts by itself: funding, margin calls, liquidation. */
import type { SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { type EpochMicros, MICROS_PER_SECOND, type QuantityLots } from '#units/integers.ts';
import type { IncomeBook } from './income-book.ts';
import { shareUnits } from './margin-math.ts';
import type { Position, UsdmAccount } from './usdm-account.ts';
import { Expiry, type UsdmDesk } from './usdm-desk.ts';
import { accountUpdate, marginCall } from './usdm-events.ts';

const LOOK_MICROS = MICROS_PER_SECOND;
/** A warning is told while the margin balance is below this many maintenances, once until it is above again. */
const WARNING_FACTOR = 1.25;

export class MarginWatch {
  private readonly desk: UsdmDesk;
  private readonly income: IncomeBook;
  private readonly warned = new Set<number>();
  private liquidations = 0;

  constructor(desk: UsdmDesk, income: IncomeBook) {
    this.desk = desk;
    this.income = income;
  }

  /** From now on. */
  begin(): void {
    const { desk } = this;
    desk.markets.onFunding((symbol, rate, markPriceUnits, atMicros) =>
      this.settle(symbol, rate, markPriceUnits, Math.floor(atMicros / 1_000)),
    );
    this.again();
  }

  /** Those who hold at the moment of settlement pay or are paid; rate above zero: longs pay. */
  private settle(symbol: string, rate: number, _mark: number, nowMillis: number): void {
    for (const account of this.desk.allAccounts) {
      for (const position of account.positionsOf(symbol)) {
        const units = -shareUnits(account.notionalOf(position), rate);
        if (units === 0) continue;
        account.walletUnits += units;
        account.updatedMillis = nowMillis;
        const accountId = account.id;
        this.income.note({ accountId, symbol, type: 'FUNDING_FEE', units, timeMillis: nowMillis });
        this.desk.send(accountId, accountUpdate(account, 'FUNDING_FEE', [], nowMillis, units));
      }
    }
  }

  private again(): void {
    const { markets } = this.desk;
    const next = (markets.workingMicros + LOOK_MICROS) as EpochMicros;
    markets.schedule(next, () => {
      for (const account of this.desk.allAccounts) this.look(account);
      this.again();
    });
  }

  private look(account: UsdmAccount): void {
    const maintenance = account.maintenanceUnits;
    if (maintenance === 0) {
      this.warned.delete(account.id);
      return;
    }
    const balance = account.marginBalanceUnits;
    if (balance <= maintenance) {
      this.liquidate(account);
    } else if (balance > WARNING_FACTOR * maintenance) {
      this.warned.delete(account.id);
    } else if (!this.warned.has(account.id)) {
      this.warned.add(account.id);
      this.desk.send(account.id, marginCall(account, this.desk.nowMillis));
    }
  }

  /** Orders first, then every position with an order of the venue's; what it cannot sell goes at the mark. */
  private liquidate(account: UsdmAccount): void {
    for (const order of this.desk.openOrders(account.id)) {
      if (order.market.book.cancel(order)) this.desk.end(order, 'EXPIRED', Expiry.LIQUIDATION);
    }
    for (const position of account.positions) {
      this.sell(account, position);
      if (position.lots !== 0) this.deleverage(account, position);
    }
    if (account.walletUnits >= 0) return;
    // The insurance fund pays what the account has not.
    const missing = -account.walletUnits;
    account.walletUnits = 0;
    const now = this.desk.nowMillis;
    this.desk.send(account.id, accountUpdate(account, 'INSURANCE_CLEAR', [], now, missing));
  }

  private sell(account: UsdmAccount, { market, lots, positionSide }: Position): void {
    this.liquidations += 1;
    this.desk.placeLiquidation(account.id, market, {
      side: lots > 0 ? 'SELL' : 'BUY',
      positionSide,
      quantityLots: Math.abs(lots) as QuantityLots,
      clientId: `autoclose-${this.desk.nowMillis}${this.liquidations}`,
    });
  }

  /** Counterparties in profit take the rest at the mark. */
  private deleverage(account: UsdmAccount, position: Position): void {
    const { market } = position;
    const realized = account.unrealizedOf(position);
    account.walletUnits += realized;
    position.realizedUnits += realized;
    position.lots = 0;
    position.entryWorth = 0;
    position.updatedMillis = this.desk.nowMillis;
    this.desk.send(account.id, accountUpdate(account, 'ORDER', [position], this.desk.nowMillis));
    this.noteAdl(market, account.id, realized);
  }

  private noteAdl(market: SymbolMarket, accountId: number, units: number): void {
    const { symbol } = market.instrument;
    const timeMillis = this.desk.nowMillis;
    this.income.note({ accountId, symbol, type: 'REALIZED_PNL', units, timeMillis });
  }
}
