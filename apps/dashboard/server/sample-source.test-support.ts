/** A source with fixed contents, for tests of what reads one: every part of the contract is filled. */
import type {
  Additions,
  ChartPoint,
  History,
  LiveState,
  OperatorActionName,
  OrderChain,
  SessionFacts,
  SideState,
  TapeEntry,
} from '#apps/dashboard/protocol.ts';
import type { Cursor, DashboardSource } from './dashboard-source.ts';

export const SAMPLE_FACTS: SessionFacts = {
  protocol: 1,
  sessionId: 'sample',
  world: 'PAPER',
  feed: 'SYNTHETIC',
  isEvidence: false,
  isHypothetical: false,
  symbol: 'ABCUSDT',
  baseAsset: 'ABC',
  quoteAsset: 'USDT',
  quoted: {
    symbol: 'ABCUSDT',
    market: 'spot',
    tickMantissa: 1,
    priceDecimals: 5,
    stepMantissa: 1,
    quantityDecimals: 0,
  },
  hedge: {
    symbol: 'ABCUSDT',
    market: 'perpetual',
    tickMantissa: 1,
    priceDecimals: 5,
    stepMantissa: 1,
    quantityDecimals: 0,
  },
  seed: 7,
  profile: 'floor',
  feeTier: 'VIP0',
  makerFeeBps: 10,
  configVersion: 1,
  configHash: 'abc123',
  startedAtMicros: 1_767_600_000_000_000,
  loopBudgetMicros: 20,
  fillsForVerdict: 500,
  daysForVerdict: 5,
  targetBase: '50000.00000000',
  maxDeviationBase: '10000.00000000',
};

const QUOTED_BID: SideState = {
  reason: 'NONE',
  needed: 0,
  available: 0,
  unit: 'none',
  layers: 2,
  topTicks: 15_990,
  edge: {
    makerFeeBps: 10,
    adverseSelectionBps: 0.5,
    staleCostBps: 0,
    hedgeCostBps: 2,
    fundingBasisBps: 0,
    inventorySkewBps: 0,
    marginBps: 0.5,
    distanceBps: 13,
  },
};

const REFUSED_ASK: SideState = {
  reason: 'FEE_FLOOR',
  needed: 14.2,
  available: 0.3,
  unit: 'bps',
  layers: 0,
  topTicks: 0,
  edge: null,
};

export const SAMPLE_STATE: LiveState = {
  atMicros: 1_767_600_060_000_000,
  events: 1_000,
  phase: 'RUNNING',
  regime: 'calm',
  health: {
    status: 'HEALTHY',
    killReason: 'NONE',
    score: 100,
    reasons: [{ code: 'DOMAINS_UP', isBad: false, values: [8] }],
  },
  lease: { isValid: true, leftMillis: 800 },
  operator: {
    bidsPulled: false,
    asksPulled: false,
    isStopped: false,
    pull: null,
    resumeCostBps: 12.5,
    flattenCostBps: 5.3,
    flattenCost: '0.10000000',
  },
  ladder: {
    isLive: true,
    bidTicks: [15_991, 15_990, 15_988, 15_987, 15_986],
    bidLots: [100, 200, 300, 400, 500],
    askTicks: [15_993, 15_994, 15_995, 15_996, 15_997],
    askLots: [110, 210, 310, 410, 510],
    lastTradeTicks: 15_991,
    lastTradeSide: 'bid',
    own: [
      {
        orderId: 2 ** 32 + 5,
        side: 'bid',
        layer: 'L0',
        state: 'NEW',
        priceTicks: 15_980,
        leavesLots: 50,
        aheadLots: 25,
        levelLots: 75,
        ageMillis: 1_500,
        edgeBps: -2.5,
        fillSeconds: 30,
      },
    ],
  },
  quotes: {
    bid: QUOTED_BID,
    ask: REFUSED_ASK,
    fairTicks: 15_992.25,
    hedgeFairTicks: 15_992.5,
    halfSpreadTicks: 20,
    skewTicks: 0,
    volatilityTicks: 2.4,
    toxicity: 'LOW',
    toxicitySignal: 0.1,
    confidence: 1,
    parameterVersion: 1,
  },
  position: {
    isReconciled: true,
    spotBase: '50000.00000000',
    perpBase: '-50000.00000000',
    deltaBase: '0.00000000',
    deltaQuote: '0.00000000',
    bandBase: '60.00000000',
    bandQuote: '10.00000000',
    inventoryRatio: 0.1,
    freeQuote: '10000.00000000',
    marginFree: '8000.00000000',
    marginWallet: '10000.00000000',
    fundingBps: 1,
    nextFundingMicros: 1_767_600_600_000_000,
  },
  pnl: {
    total: '-0.42000000',
    spreadCapture: '0.10000000',
    inventory: '-0.02000000',
    hedgeExecution: '0.00000000',
    fees: '-0.50000000',
    funding: '0.00000000',
    residual: '0.00000000',
    turnover: '500.00000000',
    interval: null,
    atLiquidation: '-0.50000000',
    quotingFills: 3,
    hedgeFills: 1,
    windowMicros: 60_000_000,
    breakEvenMakerFeeBps: 1.6,
    paidMakerFeeBps: 10,
  },
  quality: {
    score: 40,
    markouts: [{ seconds: 1, bps: 0.2, count: 3 }],
    makerRatio: 1,
    twoSidedRatio: 0.5,
    averageSpreadBps: 20,
    averageTopDistanceTicks: 12,
    messagesPerFill: 8,
    messages: 32,
    hedgeInsideRatio: 1,
    hedgeCostBps: 5.4,
    hedgeMakerRatio: 0,
  },
  latency: [{ stage: 'loop', count: 5_000, p50Nanos: 4_000, p99Nanos: 18_000, maxNanos: 90_000 }],
  limits: [
    { measure: 'GROSS_NOTIONAL', market: null, unit: 'quote', used: 16_000, allowed: 90_000 },
  ],
};

export function sampleEntry(id: number): TapeEntry {
  return {
    id,
    atMicros: SAMPLE_STATE.atMicros + id,
    kind: 'fill',
    event: 'FILLED',
    severity: 0,
    instrument: 0,
    orderId: 2 ** 32 + id,
    side: 'bid',
    layer: 'L0',
    priceTicks: 15_980,
    lots: 50,
    reason: 'MAKER',
    measured: 0,
    limit: 0,
  };
}

export function samplePoint(atMillis: number): ChartPoint {
  return {
    atMillis,
    midTicks: 15_992,
    fairTicks: 15_992.25,
    ownBidTicks: 15_980,
    ownAskTicks: null,
    spotBase: 50_000,
    deltaBase: 0,
    bandBase: 60,
  };
}

const NO_COLUMNS: History['chart'] = {
  atMillis: [],
  midTicks: [],
  fairTicks: [],
  ownBidTicks: [],
  ownAskTicks: [],
  spotBase: [],
  deltaBase: [],
  bandBase: [],
};

/** Remembers what it was told; its state may be replaced at any time. */
export class SampleSource implements DashboardSource {
  current: LiveState = SAMPLE_STATE;
  entries: TapeEntry[] = [sampleEntry(1)];
  readonly actions: OperatorActionName[] = [];
  readonly chains = new Map<number, OrderChain>();

  facts(): SessionFacts {
    return SAMPLE_FACTS;
  }

  state(): LiveState {
    return this.current;
  }

  history(): History {
    return { tape: this.entries, marks: [], chart: NO_COLUMNS };
  }

  additions(cursor: Cursor): Additions {
    const tape = this.entries.filter((entry) => entry.id > cursor.tapeId);
    cursor.tapeId = this.entries.at(-1)?.id ?? 0;
    return { tape, marks: [], points: [] };
  }

  chain(orderId: number): OrderChain | null {
    return this.chains.get(orderId) ?? null;
  }

  operator(action: OperatorActionName): void {
    this.actions.push(action);
  }

  async metricsText(): Promise<string> {
    return 'sample_total 1\n';
  }
}
