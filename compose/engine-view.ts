import type { LevelColumn } from '#contracts/events.ts';
import { BookStatus } from '#contracts/market-snapshot.ts';
import { type BalanceSlot, Side } from '#contracts/order.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import { HealthAdvice } from '#contracts/system-health.ts';
import type { DepthBookView } from '#domains/market-data/market-data.ts';
import type { EngineView } from '#simulation/auditor/auditor-inputs.ts';
import type { OpenOrderRow } from '#simulation/auditor/open-order-row.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import type { Engine } from './engine.ts';

interface Table {
  readonly name: string;
  /** As the engine declares it. */
  readonly capacity: () => number;
  readonly size: () => number;
}

/** What the auditor may see of one engine: what it believes, as numbers. Reads only. */
export class EngineBeliefs implements EngineView {
  private readonly engine: Engine;
  private readonly tables: readonly Table[];

  constructor(engine: Engine) {
    this.engine = engine;
    this.tables = tablesOf(engine);
  }

  get spotBaseUnits(): number {
    return this.engine.accountState.position.spotBaseUnits;
  }

  get perpBaseUnits(): number {
    return this.engine.accountState.position.perpBaseUnits;
  }

  get netDeltaBaseUnits(): number {
    return this.engine.accountState.position.netDeltaBaseUnits;
  }

  slotTotalUnits(slot: number): number {
    return this.engine.accountState.balanceTotalUnits(slot as BalanceSlot);
  }

  get isReconciled(): boolean {
    return this.engine.accountState.position.isReconciled;
  }

  get isKilled(): boolean {
    return this.engine.execution.isStopped;
  }

  get isShutDown(): boolean {
    return this.engine.execution.isShutDown;
  }

  get isPulled(): boolean {
    return this.engine.ops.health.advice >= HealthAdvice.PULL;
  }

  get isRecovering(): boolean {
    const { quotedBlindSinceMicros, hedgeBlindSinceMicros, isReconciled } =
      this.engine.accountState.position;
    return quotedBlindSinceMicros > 0 || hedgeBlindSinceMicros > 0 || !isReconciled;
  }

  get limitsInForce(): RiskLimits | null {
    return this.engine.risk.limits;
  }

  get isLeaseValid(): boolean {
    return this.engine.risk.isLeased;
  }

  isBookLive(instrument: number): boolean {
    return this.book(instrument)?.status === BookStatus.LIVE;
  }

  isMarketStale(instrument: number): boolean {
    const { quoted, hedge } = this.engine.marketData.markets;
    const market = quoted.instrument === instrument ? quoted : hedge;
    return market.isStale || market.status !== BookStatus.LIVE;
  }

  bookUpdateId(instrument: number): number {
    return this.book(instrument)?.lastUpdateId ?? 0;
  }

  bookBidTicks(instrument: number): number {
    return this.book(instrument)?.book.bids.bestPriceTicks ?? 0;
  }

  bookBidLots(instrument: number): number {
    return bestLots(this.book(instrument)?.book.bids);
  }

  bookAskTicks(instrument: number): number {
    return this.book(instrument)?.book.asks.bestPriceTicks ?? 0;
  }

  bookAskLots(instrument: number): number {
    return bestLots(this.book(instrument)?.book.asks);
  }

  orderStateOf(clientOrderId: number): number {
    return this.engine.execution.stateOf(clientOrderId);
  }

  get healthAtMicros(): number {
    return this.engine.ops.health.atMicros;
  }

  get bookedFillCount(): number {
    const { quoting, hedge, fillsBeforeStart } = this.engine.accountState.counters;
    return quoting.count + hedge.count + fillsBeforeStart;
  }

  openLotsOf(clientOrderId: number): number {
    const { execution } = this.engine;
    for (let index = 0; index < execution.count; index++) {
      const order = execution.at(index);
      if (order.clientOrderId === clientOrderId) return order.quantityLots - order.filledLots;
    }
    return -1;
  }

  accountLotsOf(clientOrderId: number): number {
    return this.engine.accountState.openLotsOf(clientOrderId);
  }

  get deltaBandBaseUnits(): number {
    return this.engine.hedging.counters.bandUnits;
  }

  get openOrderCount(): number {
    return this.engine.execution.count;
  }

  readOpenOrder(index: number, into: OpenOrderRow): void {
    const order = this.engine.execution.at(index);
    into.clientOrderId = order.clientOrderId;
    into.instrument = order.instrument;
    into.side = order.side;
    into.priceTicks = order.priceTicks;
    into.totalLots = order.quantityLots;
    into.filledLots = order.filledLots;
    into.state = order.state;
  }

  quoteReason(side: number): number {
    const { bid, ask } = this.engine.pricing.quotes;
    return side === Side.BUY ? bid.reason : ask.reason;
  }

  quotedLots(side: number): number {
    const { bid, ask } = this.engine.pricing.quotes;
    let lots = 0;
    for (const level of (side === Side.BUY ? bid : ask).levels) lots += level.quantityLots;
    return lots;
  }

  midHalfTicks(instrument: number): number {
    const { quoted, hedge } = this.engine.marketData.markets;
    return (quoted.instrument === instrument ? quoted : hedge).midHalfTicks;
  }

  readBook(instrument: number, side: number, levelsMax: number, into: LevelColumn): void {
    const book = this.book(instrument)?.book;
    const ladder = side === Side.BUY ? book?.bids : book?.asks;
    if (ladder === undefined || ladder.count === 0) return;
    const most = Math.min(levelsMax, ladder.count);
    for (let rank = ladder.bestRank, read = 0; read < most; read++) {
      into.push(ladder.priceOf(rank), ladder.lotsAt(rank));
      rank = ladder.nextWorse(rank);
    }
  }

  get pnlTotalUnits(): number {
    return this.engine.accountState.pnl.totalUnits;
  }

  get pnlResidualUnits(): number {
    return this.engine.accountState.pnl.residualUnits;
  }

  reservedLots(instrument: number, side: number): number {
    return this.engine.risk.reservedLots(instrument as InstrumentIndex, side as Side);
  }

  get tableCount(): number {
    return this.tables.length;
  }

  tableSize(index: number): number {
    return this.tables[index]?.size() ?? 0;
  }

  tableCapacity(index: number): number {
    return this.tables[index]?.capacity() ?? 0;
  }

  tableName(index: number): string {
    return this.tables[index]?.name ?? '';
  }

  private book(instrument: number): DepthBookView | null {
    return this.engine.marketData.depthBook(instrument as InstrumentIndex);
  }
}

function bestLots(ladder: DepthBookView['book']['bids'] | undefined): number {
  if (ladder === undefined || ladder.count === 0) return 0;
  return ladder.lotsAt(ladder.bestRank);
}

/** What grows while the engine runs, and how far it may by its own word. */
function tablesOf({ execution, risk, accountState, marketData }: Engine): readonly Table[] {
  const held = [0, 1].map((index): Table => {
    const book = (): DepthBookView | null => marketData.depthBook(index as InstrumentIndex);
    return {
      name: `held depth messages of instrument ${index}`,
      capacity: () => book()?.heldCapacity ?? 0,
      size: () => book()?.heldCount ?? 0,
    };
  });
  return [
    { name: 'live orders', capacity: () => execution.capacity, size: () => execution.count },
    {
      name: 'reservations',
      capacity: () => risk.reservationCapacity,
      size: () => risk.reservationCount,
    },
    {
      name: 'remembered orders',
      capacity: () => accountState.rememberedOrderCapacity,
      size: () => accountState.rememberedOrderCount,
    },
    ...held,
  ];
}
