/** A gateway whose venue is a function of the test: each request is seen, and answered as told. */
import { setImmediate } from 'node:timers/promises';
import { bundledInstrument } from '#adapters/binance/exchange-info/exchange-info.ts';
import { OrderCommand, RequestCommand } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import { type Instrument, InstrumentRole, Market } from '#contracts/instrument.ts';
import {
  clientOrderId,
  type EpochMicros,
  instrumentIndex,
  priceTicks,
  quantityLots,
  rateUnits,
} from '#units/integers.ts';
import type { Failure, Reaction } from './error-table.ts';
import { BinanceOrderGateway } from './order-gateway.ts';
import { OrderIdText } from './order-id-text.ts';
import { SpotOrderRequests, UsdmOrderRequests } from './order-requests.ts';
import { judge, type RequestOutcome, type WireOutcome } from './request-outcome.ts';
import { SpotTradeConnector } from './spot-connector.ts';
import type { TradeLink, VenueRequest } from './trade-link.ts';
import { UsdmTradeConnector } from './usdm-connector.ts';

export const NOW = 1_795_305_600_000_000 as EpochMicros;
export const ID = clientOrderId(1, 2);
export const OLD = clientOrderId(1, 1);
export const NAMES = new OrderIdText('mm');

export function ok(body: unknown): WireOutcome {
  return { kind: 'ANSWER', status: 200, body };
}

export function no(status: number, code: number, msg = '', data: unknown = null): WireOutcome {
  return { kind: 'ANSWER', status, body: { code, msg, data } };
}

export const LOST: WireOutcome = { kind: 'LOST', why: 'no answer' };
export const UNSENT: WireOutcome = { kind: 'NOT_SENT', why: 'the rate budget is used up' };

/** A link without a wire. */
export function linkOf(
  market: Market,
  answer: (request: VenueRequest) => WireOutcome,
  asked: VenueRequest[] = [],
): TradeLink {
  const request = async (one: VenueRequest): Promise<RequestOutcome> => {
    asked.push(one);
    return judge(market, answer(one));
  };
  return { market, request } as unknown as TradeLink;
}

export class GatewayScene {
  readonly asked: VenueRequest[] = [];
  readonly found: EngineEvent[] = [];
  readonly failures: (readonly [Failure, Reaction])[] = [];
  readonly notes: string[] = [];
  readonly snapshots: number[] = [];
  readonly gateway: BinanceOrderGateway;
  readonly instrument: Instrument;

  /** `answer` is asked for each request, in the order of asking. */
  constructor(market: Market, answer: (request: VenueRequest) => WireOutcome) {
    this.instrument = instrumentOf(market);
    const link = linkOf(market, answer, this.asked);
    const isSpot = market === Market.SPOT;
    this.gateway = new BinanceOrderGateway({
      instrument: () => this.instrument,
      connector: isSpot ? new SpotTradeConnector(link) : new UsdmTradeConnector(link),
      requests: isSpot ? new SpotOrderRequests(link) : new UsdmOrderRequests(link),
      names: NAMES,
      clock: { nowMicros: () => NOW },
      sink: { publish: (event) => this.found.push(event) },
      venueMicrosAt: (at) => at + 2_345,
      onSnapshotRequest: (index) => this.snapshots.push(index),
      onFailure: (failure, reaction) => this.failures.push([failure, reaction]),
      onNote: (note) => this.notes.push(note),
    });
  }

  /** What a command about one order brought. */
  async order(command: Partial<OrderCommand>): Promise<EngineEvent[]> {
    const base = {
      instrument: this.instrument.index,
      clientOrderId: ID,
      targetOrderId: ID,
      priceTicks: priceTicks(16_230),
      quantityLots: quantityLots(2_000),
    };
    return this.submit(Object.assign(new OrderCommand(), base, command));
  }

  async request(kind: RequestCommand['kind'], fromTradeId = 0): Promise<EngineEvent[]> {
    const command = new RequestCommand();
    return this.submit(
      Object.assign(command, { kind, fromTradeId, instrument: this.instrument.index }),
    );
  }

  private async submit(command: OrderCommand | RequestCommand): Promise<EngineEvent[]> {
    const before = this.found.length;
    this.gateway.submit(command);
    if (this.found.length !== before) throw new Error('something was published within submit');
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    return this.found.slice(before);
  }
}

/** Id, status, reason and channel of each report. */
export function facts(found: readonly EngineEvent[]): unknown[] {
  return reportsOf(found).map(({ clientOrderId: id, status, reason, channel }) => [
    id,
    status,
    reason,
    channel,
  ]);
}

export function reportsOf(found: readonly EngineEvent[]): ExecutionReport[] {
  return found.filter((event) => event.kind === EventKind.EXECUTION_REPORT);
}

function instrumentOf(market: Market): Instrument {
  return bundledInstrument(market, 'DOGEUSDT', {
    index: instrumentIndex(market),
    role: market === Market.SPOT ? InstrumentRole.QUOTED : InstrumentRole.HEDGE,
    version: 1,
    makerFeeRate: rateUnits(0),
    takerFeeRate: rateUnits(0),
    feeAsset: market === Market.SPOT ? 'BNB' : '',
    feeAssetDiscountRate: rateUnits(0),
  });
}
