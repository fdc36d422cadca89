/**
 * Two quoters that know nothing, at zero fees: one always joins the touch, one rests at random
 * distances. In a market without free money neither may earn. Both are small, post-only, and act
 * as late as a real account would.
 */
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import type { VenueOrder } from '#simulation/venue/venue-book.ts';
import type { Task } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import type { BuiltMarket } from './recorded-market.ts';
import { type Estimate, ratioOverBlocks } from './statistics.ts';

/** A quoter looks at the book this often; what it decides reaches the venue a round trip later. */
const LOOK_MICROS = 50_000;
const ROUND_TRIP_MICROS = 10_000;
/** Quote value of one order: too small to move anybody. */
const ORDER_QUOTE = 50;
/** Orders' worth of inventory at which the side that adds to it rests. */
const INVENTORY_ORDERS_MAX = 4;
/** The random quoter draws new distances this often, in ticks or steps up to the most. */
const REDRAW_MICROS = 2_000_000;
const RANDOM_STEPS_MAX = 4;
const BLOCK_MICROS = 600_000_000;
/** Orders of the market's people have ids far above 2^40; these stay below. */
const OWNER_FROM = 900;

export type PlaceboName = 'naive' | 'random';

export interface PlaceboResult {
  readonly fills: number;
  readonly makerQuote: number;
  /** Gain per traded quote at the mid, in basis points, with its standard error over ten-minute blocks. */
  readonly gainBps: Estimate;
  /** Gain in basis points of everything traded in the end, block by block: a curve to draw. */
  readonly curve: readonly number[];
}

export class PlaceboQuoter {
  private readonly market: BuiltMarket;
  private readonly name: PlaceboName;
  private readonly owner: number;
  private readonly random: SeededRandom;
  private readonly stepTicks: number;
  private readonly orderLots: number;
  private readonly orders: (VenueOrder | null)[] = [null, null];
  private readonly creditedLots = [0, 0];
  private readonly distances = [0, 0];
  private readonly gains: number[] = [];
  private readonly traded: number[] = [];
  private nextRedrawMicros = 0;
  private blockEndMicros: number;
  private lastId: number;
  private inventoryLots = 0;
  private cashTickLots = 0;
  private valueBefore = 0;
  private tradedTickLots = 0;
  private fills = 0;

  constructor(market: BuiltMarket, name: PlaceboName, seed: number) {
    const index = name === 'naive' ? 0 : 1;
    const { spot, startPrice, stepTicks } = market;
    this.market = market;
    this.name = name;
    this.owner = OWNER_FROM + index;
    this.random = new SeededRandom(seed, this.owner);
    this.stepTicks = stepTicks;
    const lotQuote = startPrice * (spot.baseUnitsPerLot / 1e8);
    this.orderLots = Math.max(1, Math.round(ORDER_QUOTE / lotQuote));
    this.lastId = index * 2 ** 38;
    this.blockEndMicros = market.clock.nowMicros + BLOCK_MICROS;
  }

  start(): void {
    const { clock } = this.market;
    const act: Task = { run: (now) => this.act(now) };
    const look: Task = {
      run: (now) => {
        this.endBlock(now);
        this.decide(now);
        clock.schedule((now + ROUND_TRIP_MICROS) as EpochMicros, act);
        clock.schedule((now + LOOK_MICROS) as EpochMicros, look);
      },
    };
    clock.schedule((clock.nowMicros + LOOK_MICROS) as EpochMicros, look);
  }

  /** What it came to. The last, unfinished block is left out. */
  result(): PlaceboResult {
    const { spot, startPrice } = this.market;
    const total = this.traded.reduce((sum, one) => sum + one, 0);
    const gain = ratioOverBlocks(this.gains, this.traded);
    let sum = 0;
    const quotePerTickLot = spot.tickLotNumerator / spot.tickLotDenominator / 1e8;
    return {
      fills: this.fills,
      makerQuote: startPrice > 0 ? total * quotePerTickLot : 0,
      gainBps: { value: gain.value * 10_000, standardError: gain.standardError * 10_000 },
      curve: this.gains.map((one) => {
        sum += one;
        return total === 0 ? 0 : (sum / total) * 10_000;
      }),
    };
  }

  private readonly wanted = [0, 0];

  /** From the public top of book: where the two orders should rest. */
  private decide(now: number): void {
    const { spot } = this.market.tape;
    if (this.name === 'random' && now >= this.nextRedrawMicros) {
      this.nextRedrawMicros = now + REDRAW_MICROS;
      const most = RANDOM_STEPS_MAX * this.stepTicks;
      this.distances[Side.BUY] = this.random.integer(0, most);
      this.distances[Side.SELL] = this.random.integer(0, most);
    }
    const most = INVENTORY_ORDERS_MAX * this.orderLots;
    const bid = spot.bidTicks - (this.distances[Side.BUY] as number);
    const ask = spot.askTicks + (this.distances[Side.SELL] as number);
    this.wanted[Side.BUY] = spot.bidTicks === 0 || this.inventoryLots >= most ? 0 : bid;
    this.wanted[Side.SELL] = spot.askTicks === 0 || this.inventoryLots <= -most ? 0 : ask;
  }

  private act(now: EpochMicros): void {
    this.collect(Side.BUY);
    this.collect(Side.SELL);
    this.requote(Side.BUY, now);
    this.requote(Side.SELL, now);
  }

  /** Books what was filled since the last look, at the order's own price: it never takes. */
  private collect(side: Side): void {
    const order = this.orders[side] ?? null;
    if (order === null) return;
    const lots = order.filledLots - (this.creditedLots[side] as number);
    if (lots > 0) {
      const sign = side === Side.BUY ? 1 : -1;
      this.creditedLots[side] = order.filledLots;
      this.inventoryLots += sign * lots;
      this.cashTickLots -= sign * lots * order.priceTicks;
      this.tradedTickLots += lots * order.priceTicks;
      this.fills += 1;
    }
    if (order.filledLots === order.quantityLots) this.orders[side] = null;
  }

  private requote(side: Side, now: EpochMicros): void {
    const { spotBook } = this.market;
    const wantedTicks = this.wanted[side] as number;
    const order = this.orders[side] ?? null;
    if (order !== null) {
      if (order.priceTicks === wantedTicks) return;
      spotBook.cancel(order);
      this.orders[side] = null;
    }
    if (wantedTicks <= 0 || spotBook.wouldTake(side, wantedTicks as PriceTicks)) return;
    const fresh = this.newOrder(side, wantedTicks);
    this.orders[side] = fresh;
    this.creditedLots[side] = 0;
    spotBook.place(fresh, now);
  }

  private newOrder(side: Side, priceTicks: number): VenueOrder {
    this.lastId += 1;
    return {
      venueOrderId: this.lastId,
      owner: this.owner,
      clientOrderId: 0,
      side,
      type: OrderType.LIMIT_MAKER,
      timeInForce: TimeInForce.GTC,
      selfTradeMode: SelfTradeMode.NONE,
      reduceOnly: false,
      priceTicks: priceTicks as PriceTicks,
      quantityLots: this.orderLots as QuantityLots,
      filledLots: 0 as QuantityLots,
      preventedLots: 0 as QuantityLots,
    };
  }

  private endBlock(now: number): void {
    if (now < this.blockEndMicros) return;
    this.blockEndMicros += BLOCK_MICROS;
    this.collect(Side.BUY);
    this.collect(Side.SELL);
    const { bidTicks, askTicks } = this.market.tape.spot;
    const value = this.cashTickLots + (this.inventoryLots * (bidTicks + askTicks)) / 2;
    this.gains.push(value - this.valueBefore);
    this.traded.push(this.tradedTickLots);
    this.valueBefore = value;
    this.tradedTickLots = 0;
  }
}
