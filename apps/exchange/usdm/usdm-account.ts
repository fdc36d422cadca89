/**
 * One account's USD-M side: wallet, positions, what open orders ask of its margin. Cross margin.
 *
 * Increase: the entry is the average. Reduce by d at P: realised = d x (P - entry) x sign, the entry
 * stays; more than the position closes it and opens the rest. Wallet += realised - fee + funding.
 */
import type { SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import { maintenanceUnits, priceOfWorth, tickWorthUnits, worthUnits } from './margin-math.ts';
import type { PositionSide, UsdmOrder } from './usdm-order.ts';

export interface Position {
  readonly market: SymbolMarket;
  readonly positionSide: PositionSide;
  /** Signed lots. */
  lots: number;
  /** Sum of what its lots were entered at, quote units, above or at zero. */
  entryWorth: number;
  /** Realised since the account began, before fees. */
  realizedUnits: number;
  updatedMillis: number;
}

/** One symbol as the account has set it up, and its open orders' notionals. */
export interface SymbolTerms {
  leverage: number;
  marginType: 'CROSSED' | 'ISOLATED';
  buyUnits: number;
  sellUnits: number;
}

const LEVERAGE_DEFAULT = 20;

export class UsdmAccount {
  readonly id: number;
  walletUnits: number;
  bnbUnits: number;
  isHedgeMode = false;
  isMultiAssets = false;
  burnsFees = false;
  updatedMillis = 0;
  private readonly positionRows = new Map<string, Position>();
  private readonly terms = new Map<string, SymbolTerms>();

  constructor(id: number, walletUnits: number, bnbUnits: number) {
    this.id = id;
    this.walletUnits = walletUnits;
    this.bnbUnits = bnbUnits;
  }

  termsOf(symbol: string): SymbolTerms {
    let terms = this.terms.get(symbol);
    if (terms === undefined) {
      terms = { leverage: LEVERAGE_DEFAULT, marginType: 'CROSSED', buyUnits: 0, sellUnits: 0 };
      this.terms.set(symbol, terms);
    }
    return terms;
  }

  position(market: SymbolMarket, positionSide: PositionSide): Position {
    const key = `${market.instrument.symbol} ${positionSide}`;
    let position = this.positionRows.get(key);
    if (position === undefined) {
      position = {
        market,
        positionSide,
        lots: 0,
        entryWorth: 0,
        realizedUnits: 0,
        updatedMillis: 0,
      };
      this.positionRows.set(key, position);
    }
    return position;
  }

  /** Those that hold something. */
  get positions(): readonly Position[] {
    return [...this.positionRows.values()].filter(({ lots }) => lots !== 0);
  }

  positionsOf(symbol: string): readonly Position[] {
    return [...this.positionRows.values()].filter(
      ({ market }) => market.instrument.symbol === symbol,
    );
  }

  /** Takes one execution. Returns the profit it realised; the fee is the caller's. */
  fill(order: UsdmOrder, lots: number, ticks: number, nowMillis: number): number {
    const { market } = order;
    const position = this.position(market, order.request.positionSide);
    const signed = order.isBuy ? lots : -lots;
    const held = position.lots;
    const closed = Math.sign(held) === -Math.sign(signed) ? Math.min(Math.abs(held), lots) : 0;
    let realized = 0;
    if (closed > 0) {
      // The part of the entry that goes is exact: what remains keeps the average.
      const entry = multiplyDivide(position.entryWorth, closed, Math.abs(held), Rounding.DOWN);
      const exit = tickWorthUnits(market.instrument, closed, ticks);
      realized = Math.sign(held) * (exit - entry);
      position.entryWorth -= entry;
    }
    const opened = lots - closed;
    if (opened > 0) position.entryWorth += tickWorthUnits(market.instrument, opened, ticks);
    position.lots = held + signed;
    position.realizedUnits += realized;
    position.updatedMillis = nowMillis;
    this.walletUnits += realized;
    this.updatedMillis = nowMillis;
    return realized;
  }

  unrealizedOf({ market, lots, entryWorth }: Position): number {
    if (lots === 0) return 0;
    return (
      worthUnits(market.instrument, lots, market.markPriceUnits) - Math.sign(lots) * entryWorth
    );
  }

  entryPriceUnits({ market, lots, entryWorth }: Position): number {
    return priceOfWorth(market.instrument, lots, entryWorth);
  }

  notionalOf({ market, lots }: Position): number {
    return worthUnits(market.instrument, lots, market.markPriceUnits);
  }

  maintenanceOf(position: Position): number {
    return maintenanceUnits(Math.abs(this.notionalOf(position)));
  }

  positionMarginOf(position: Position): number {
    const { leverage } = this.termsOf(position.market.instrument.symbol);
    return Math.ceil(Math.abs(this.notionalOf(position)) / leverage);
  }

  /** Margin of a symbol's positions and orders together; `buy` and `sell` come on top of its open orders. */
  requiredOf(symbol: string, buy = 0, sell = 0): number {
    const { leverage, buyUnits, sellUnits } = this.termsOf(symbol);
    const rows = this.positionsOf(symbol);
    const bids = buyUnits + buy;
    const asks = sellUnits + sell;
    if (this.isHedgeMode) {
      const held = rows.reduce((sum, row) => sum + Math.abs(this.notionalOf(row)), 0);
      return Math.ceil((held + bids + asks) / leverage);
    }
    const held = rows.reduce((sum, row) => sum + this.notionalOf(row), 0);
    return Math.ceil(Math.max(Math.abs(held + bids), Math.abs(held - asks)) / leverage);
  }

  get unrealizedUnits(): number {
    return this.positions.reduce((sum, row) => sum + this.unrealizedOf(row), 0);
  }

  get positionMarginUnits(): number {
    return this.positions.reduce((sum, row) => sum + this.positionMarginOf(row), 0);
  }

  get maintenanceUnits(): number {
    return this.positions.reduce((sum, row) => sum + this.maintenanceOf(row), 0);
  }

  get requiredUnits(): number {
    let sum = 0;
    for (const symbol of this.terms.keys()) sum += this.requiredOf(symbol);
    return sum;
  }

  get marginBalanceUnits(): number {
    return this.walletUnits + this.unrealizedUnits;
  }

  get availableUnits(): number {
    return this.marginBalanceUnits - this.requiredUnits;
  }

  /** Mark at which the account is closed by the venue, for one position alone; 0: never. */
  liquidationPriceUnits(position: Position): number {
    const { market, lots, entryWorth } = position;
    if (lots === 0) return 0;
    const { instrument } = market;
    const notional = Math.abs(this.notionalOf(position));
    const rate = notional === 0 ? 0 : this.maintenanceOf(position) / notional;
    const others = this.unrealizedUnits - this.unrealizedOf(position);
    const base = (Math.abs(lots) * instrument.baseUnitsPerLot) / 1e8;
    const side = Math.sign(lots);
    // Wallet + others + side x (base x price - entry) = base x price x rate.
    const price = (side * entryWorth - this.walletUnits - others) / (base * (side - rate));
    return price > 0 ? Math.round(price) : 0;
  }
}
