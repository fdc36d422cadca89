/**
 * The venue's doors as sockets and HTTP, in memory: reads what connectors write, hands it to the venue
 * as commands, and writes what the venue says back into the socket that asked and into the private
 * streams of the account.
 */
import { CommandKind, type OrderCommand, type RequestCommand } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  type AccountEvent,
  BalanceEvent,
  FeedState,
  PerpPositionEvent,
} from '#contracts/events.ts';
import { type ExecutionReport, ReportChannel } from '#contracts/execution-report.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { BalanceSlot } from '#contracts/order.ts';
import type { Task } from '#simulation/virtual-clock/virtual-clock.ts';
import { DecimalTextError } from '#units/decimal-text.ts';
import { type EpochMicros, type InstrumentIndex, NO_ORDER } from '#units/integers.ts';
import { jsonText, millis, venueIdOf } from './answer-writer.ts';
import { DoorSocket } from './door-socket.ts';
import {
  marginFrame,
  positionFrame,
  reportFrames,
  shutdownFrame,
  spotBalanceFrame,
} from './private-writer.ts';
import { RequestDesk } from './request-desk.ts';
import {
  aboutAccount,
  aboutOrder,
  BadRequest,
  OrderNameBook,
  type RequestFields,
  readAmend,
  readOrder,
  textOf,
} from './request-reader.ts';
import { SocketAudit } from './socket-audit.ts';
import { SocketFaults, type SocketFaultsOptions } from './socket-faults.ts';
import type { DialedAddress, HttpReply, Reply, SocketEar, SocketHandle } from './socket-shapes.ts';

type Request = Readonly<OrderCommand | RequestCommand>;

/** How long it takes to open a socket, and an HTTP exchange that asks nothing of the venue. */
const HANDSHAKE_MICROS = 20_000;
const HTTP_MICROS = 15_000;
/** All of one answer comes within so long: each message has a delay of its own. */
const ANSWER_SPAN_MICROS = 200_000;
const LISTEN_KEY_IS_DEAD = -1125;

export interface DoorsOptions extends Omit<SocketFaultsOptions, 'doors'> {
  readonly clock: {
    readonly nowMicros: EpochMicros;
    schedule(at: EpochMicros, task: Task): void;
  };
  /** Instruments as their client knows them: prices on the wire are decimals, and mean the same money. */
  readonly instruments: () => readonly Instrument[];
  readonly submit: (command: Request) => void;
  readonly releaseMicros: (instrument: InstrumentIndex) => EpochMicros;
  /** Something was written to a client, or answered. Called with the number of characters. */
  readonly onTold: (length: number) => void;
}

export class VenueDoors {
  readonly faults: SocketFaults;
  readonly audit: SocketAudit;
  private readonly options: DoorsOptions;
  private readonly names = new OrderNameBook();
  private readonly desks: readonly RequestDesk[];
  private sockets: DoorSocket[] = [];
  private readonly isStreamDown: boolean[];
  /** Client orders by the venue's id, of what was told. */
  private readonly orderIds = new Map<string, ExecutionReport['clientOrderId']>();
  /** Statements of each market that may be part of an answer. */
  private readonly statements: (BalanceEvent | PerpPositionEvent)[][];
  private fundingUnits: number | null = null;
  private listenKey = 1;
  /** Answers of a client that is gone go nowhere. */
  private generation = 0;

  constructor(options: DoorsOptions) {
    this.options = options;
    const instruments = options.instruments();
    this.isStreamDown = instruments.map(() => false);
    this.statements = instruments.map(() => []);
    this.desks = instruments.map(
      (_, index) =>
        new RequestDesk({
          instrument: () => this.instrument(index),
          names: this.names,
          nowMicros: () => options.clock.nowMicros,
          releaseMicros: () => options.releaseMicros(index as InstrumentIndex),
        }),
    );
    this.audit = new SocketAudit(() => options.clock.nowMicros);
    this.faults = new SocketFaults({ ...options, doors: this });
  }

  /** A client opens a socket. */
  readonly open = (target: DialedAddress, ear: SocketEar): SocketHandle => {
    const isPrivateAddress = target.url.includes('/private/');
    const socket = new DoorSocket(this.marketOf(target.url), isPrivateAddress, ear);
    this.sockets.push(socket);
    this.later(HANDSHAKE_MICROS, () => this.welcome(socket, target.url));
    return {
      sendText: (text) => {
        if (socket.isOpen && !socket.isOver) this.onText(socket, text);
      },
      ping: () => this.later(1, () => this.tell(socket, () => socket.ear.onPong())),
      end: () => this.cut(socket, 'ended by the client'),
    };
  };

  /** A request over HTTP. Never answers when the answer is lost; rejects when it has waited for too long. */
  http(method: string, url: string, millisMax: number): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      this.later(millisMax * 1_000, () =>
        reject(Object.assign(new Error('no answer in time'), { code: 'UND_ERR_HEADERS_TIMEOUT' })),
      );
      this.onHttp(method, url, (status, body) => {
        const text = jsonText(body);
        this.options.onTold(text.length);
        resolve({ status, headers: retryHeader(body), text });
      });
    });
  }

  /** What reaches the client of the venue's private events. True when it was taken. */
  deliver(event: AccountEvent): void {
    switch (event.kind) {
      case EventKind.EXECUTION_REPORT:
        this.onReport(event);
        return;
      case EventKind.BALANCE: {
        const isMargin = event.slot === BalanceSlot.PERP_MARGIN;
        this.onStatement(this.indexOf(isMargin ? Market.PERPETUAL : Market.SPOT), event);
        return;
      }
      case EventKind.PERP_POSITION:
        this.onStatement(event.instrument, event);
        return;
      case EventKind.FUNDING_PAYMENT:
        // Told with the wallet that it changed.
        this.fundingUnits = (this.fundingUnits ?? 0) + event.amountUnits;
        return;
      case EventKind.QUERY_COMPLETED:
        this.flushStatements(event.instrument, event.venueTimeMicros);
        this.desks[event.instrument]?.onCompleted(event);
        return;
      case EventKind.PRIVATE_FEED_STATUS:
        this.onStream(event.instrument, event.state === FeedState.CONNECTED);
        return;
      case EventKind.VENUE_SILENCE:
        // The refusal itself names the time.
        return;
    }
  }

  /** The process is gone, and its sockets with it. */
  hangUp(): void {
    this.generation += 1;
    for (const socket of this.sockets) socket.isOver = true;
    this.sockets = [];
    for (const desk of this.desks) desk.forget();
    for (const kept of this.statements) kept.length = 0;
    this.fundingUnits = null;
  }

  /** Sockets that are open now and fit. */
  openSockets(fits: (socket: DoorSocket) => boolean): readonly DoorSocket[] {
    return this.sockets.filter((one) => one.isOpen && !one.isOver && fits(one));
  }

  cut(socket: DoorSocket, reason: string): void {
    if (socket.isOver) return;
    socket.isOver = true;
    this.sockets = this.sockets.filter((one) => one !== socket);
    this.options.onTold(0);
    socket.ear.onClosed(reason);
  }

  announceShutdown(socket: DoorSocket): void {
    const market = this.instrument(socket.market).market;
    this.write(socket, shutdownFrame(market, this.options.clock.nowMicros));
  }

  /** The key of the private streams dies, with those who listen by it. */
  expireListenKey(market: number): void {
    this.listenKey += 1;
    for (const socket of this.openSockets((one) => one.market === market && one.isPrivate)) {
      if (socket.isPrivateAddress) this.write(socket, '{"e":"listenKeyExpired","E":0}');
      this.cut(socket, '1008 the listen key expired');
    }
  }

  write(socket: DoorSocket, text: string): void {
    this.tell(socket, () => socket.ear.onFrame(Buffer.from(text, 'utf8'), false), text.length);
  }

  later(micros: number, work: () => void): void {
    const { generation } = this;
    const { clock } = this.options;
    clock.schedule((clock.nowMicros + Math.max(1, Math.round(micros))) as EpochMicros, {
      run: () => {
        if (generation !== this.generation) return;
        this.options.onTold(0);
        work();
      },
    });
  }

  private welcome(socket: DoorSocket, url: string): void {
    if (socket.isOver) return;
    const isKeyGood = !socket.isPrivateAddress || url.endsWith(`listenKey=key${this.listenKey}`);
    const isRefused = socket.isPrivateAddress && this.isStreamDown[socket.market] === true;
    if (!isKeyGood || isRefused || this.faults.refusesSocket(socket)) {
      this.cut(socket, '1008 refused');
      return;
    }
    socket.isOpen = true;
    if (socket.isPrivateAddress) this.makePrivate(socket);
    socket.ear.onOpen();
  }

  private makePrivate(socket: DoorSocket): void {
    const taken = this.sockets
      .filter((one) => one.market === socket.market && one.isPrivate && !one.isOver)
      .map(({ channel }) => channel);
    socket.isPrivate = true;
    socket.channel = taken.includes(0) ? 1 : 0;
  }

  private onText(socket: DoorSocket, text: string): void {
    const { id, method, params } = JSON.parse(text) as {
      readonly id: string;
      readonly method: string;
      readonly params: RequestFields;
    };
    const isAboutOrders = !socket.isPrivate && method !== 'session.logon';
    const reply: Reply = (status, body) => {
      const rest = status === 200 ? { result: body } : { error: body };
      this.faults.answer(socket, jsonText({ id, status, ...rest }), isAboutOrders);
    };
    if (method === 'session.logon') {
      this.later(1, () => this.logOn(socket, reply));
      return;
    }
    if (method === 'userDataStream.subscribe.signature') {
      const isDown = this.isStreamDown[socket.market] === true;
      if (isDown || this.faults.refusesChannel(socket.market)) {
        this.later(1, () => this.cut(socket, '1006 the stream is down'));
      } else {
        this.makePrivate(socket);
        this.later(1, () => reply(200, { subscriptionId: 0 }));
      }
      return;
    }
    this.ask(socket.market, method, params, reply, false);
  }

  private logOn(socket: DoorSocket, reply: Reply): void {
    if (this.faults.refusesLogon(socket)) reply(401, { code: -2015, msg: 'Invalid API-key.' });
    else reply(200, { authorizedSince: millis(this.options.clock.nowMicros) });
  }

  private onHttp(method: string, url: string, reply: Reply): void {
    const { pathname, searchParams } = new URL(url);
    const fields = Object.fromEntries(searchParams);
    const market = this.marketOf(url);
    if (pathname.endsWith('/time')) {
      this.faults.measured(market);
      this.later(HTTP_MICROS, () =>
        reply(200, { serverTime: millis(this.options.clock.nowMicros) }),
      );
      return;
    }
    if (pathname.endsWith('/listenKey')) {
      const isGood = method === 'POST' || fields['listenKey'] !== 'dead';
      const body = isGood
        ? { listenKey: `key${this.listenKey}` }
        : { code: LISTEN_KEY_IS_DEAD, msg: 'This listenKey does not exist.' };
      this.later(HTTP_MICROS, () => reply(isGood ? 200 : 400, body));
      return;
    }
    const word = HTTP_METHODS[`${method} ${pathname}`];
    if (word === undefined) {
      this.later(HTTP_MICROS, () => reply(404, { code: -1000, msg: `no ${method} ${pathname}` }));
      return;
    }
    this.ask(market, word, fields, this.faults.overHttp(market, reply), true);
  }

  private ask(
    market: number,
    method: string,
    fields: RequestFields,
    reply: Reply,
    isHttp: boolean,
  ): void {
    const refused = this.faults.refusal(market, isHttp);
    if (refused !== null) {
      this.later(HTTP_MICROS, () => reply(refused.status, refused.body));
      return;
    }
    try {
      this.dispatch(market, method, fields, reply);
    } catch (error) {
      if (!(error instanceof BadRequest || error instanceof DecimalTextError)) throw error;
      const code = error instanceof BadRequest ? error.code : -1111;
      this.later(1, () => reply(400, { code, msg: error.message }));
    }
  }

  private dispatch(market: number, method: string, fields: RequestFields, reply: Reply): void {
    const { names } = this;
    const instrument = this.instrument(market);
    const idOf = (key: string): ExecutionReport['clientOrderId'] => names.read(textOf(fields, key));
    switch (method) {
      case 'order.place':
        this.askOrder(readOrder(fields, instrument, names), reply);
        return;
      case 'order.cancel': {
        const id = idOf('origClientOrderId');
        this.askOrder(aboutOrder(CommandKind.CANCEL_ORDER, instrument, id), reply);
        return;
      }
      case 'order.cancelReplace': {
        const command = readOrder(fields, instrument, names);
        command.kind = CommandKind.REPLACE_ORDER;
        command.targetOrderId = idOf('cancelOrigClientOrderId');
        this.askOrder(command, reply);
        return;
      }
      case 'order.amend.keepPriority':
        this.askOrder(readAmend(fields, instrument, names), reply);
        return;
      case 'order.status':
        this.askState(market, fields, reply);
        return;
      case 'openOrders.cancelAll':
        this.options.submit(aboutAccount(CommandKind.CANCEL_ALL, instrument));
        this.later(HTTP_MICROS, () => reply(200, []));
        return;
      case 'openOrders.status':
        this.askAccount(aboutAccount(CommandKind.REQUEST_OPEN_ORDERS, instrument), reply);
        return;
      case 'myTrades': {
        // Without one: from the first trade on, which a session's own trades all are.
        const from = fields['fromId'] === undefined ? 0 : Number(textOf(fields, 'fromId'));
        this.askAccount(aboutAccount(CommandKind.REQUEST_FILLS, instrument, from), reply);
        return;
      }
      case 'account.status':
      case 'v2/account.status':
      case 'positions':
        this.askAccount(
          aboutAccount(CommandKind.REQUEST_ACCOUNT, instrument),
          reply,
          method === 'positions',
        );
        return;
      default:
        throw new BadRequest(-1000, `no method "${method}"`);
    }
  }

  private askState(market: number, fields: RequestFields, reply: Reply): void {
    const { names } = this;
    const byVenue = fields['orderId'];
    const known = byVenue === undefined ? undefined : this.orderIds.get(String(byVenue));
    if (byVenue !== undefined && (known === undefined || known === NO_ORDER)) {
      const isForeign = known === NO_ORDER;
      const body = isForeign
        ? { orderId: Number(byVenue), clientOrderId: names.write(NO_ORDER), status: 'FILLED' }
        : { code: -2013, msg: 'Order does not exist.' };
      this.later(HTTP_MICROS, () => reply(isForeign ? 200 : 400, body));
      return;
    }
    const id = known ?? names.read(textOf(fields, 'origClientOrderId'));
    this.askOrder(aboutOrder(CommandKind.QUERY_ORDER, this.instrument(market), id), reply);
  }

  private askOrder(command: OrderCommand, reply: Reply): void {
    this.desks[command.instrument]?.awaitOrder(command, (status, body) => {
      if (status !== 200 && status !== 504) this.audit.onRefused(command);
      reply(status, body);
    });
    this.audit.onAsked(command);
    this.options.submit(command);
  }

  private askAccount(command: RequestCommand, reply: Reply, isPosition = false): void {
    this.desks[command.instrument]?.awaitAccount(command, isPosition, reply);
    this.options.submit(command);
  }

  private onReport(report: ExecutionReport): void {
    const { instrument: index } = report;
    this.orderIds.set(venueIdOf(report), report.clientOrderId);
    this.audit.onNamed(venueIdOf(report), report.clientOrderId);
    // The stream tells a change before the answer does, or after it: here before.
    if (report.channel !== ReportChannel.QUERY) {
      const now = this.options.clock.nowMicros;
      const frames = reportFrames(report, this.instrument(index), this.names, now);
      const isWhole = this.stream(index, frames);
      if (isWhole && report.tradeId >= 0) this.audit.onFillTold(index, report.tradeId);
    }
    this.desks[index]?.onReport(report);
  }

  /** A statement is part of an answer when the answer was made at the same moment: then no stream tells it. */
  private onStatement(market: number, event: BalanceEvent | PerpPositionEvent): void {
    if (!this.desks.some(({ isAskedForAccount }) => isAskedForAccount)) {
      this.stream(market, [this.statementFrame(market, event)]);
      return;
    }
    const desk = this.desks[market];
    const now = this.options.clock.nowMicros;
    if (event.kind === EventKind.BALANCE) {
      desk?.onBalance(event);
      this.statements[market]?.push(Object.assign(new BalanceEvent(), event, { atMicros: now }));
    } else {
      desk?.onPosition(event);
      this.statements[market]?.push(
        Object.assign(new PerpPositionEvent(), event, { atMicros: now }),
      );
    }
    this.later(ANSWER_SPAN_MICROS, () => this.flushStatements(market, 0 as EpochMicros));
  }

  /** What was not part of the answer of that moment, and has waited for one, goes into the streams. */
  private flushStatements(market: number, answeredMicros: EpochMicros): void {
    const waited = this.options.clock.nowMicros - ANSWER_SPAN_MICROS;
    const kept = this.statements[market]?.splice(0) ?? [];
    for (const event of kept) {
      if (event.venueTimeMicros === answeredMicros) continue;
      if (event.atMicros > waited) this.statements[market]?.push(event);
      else this.stream(market, [this.statementFrame(market, event)]);
    }
  }

  private statementFrame(market: number, event: BalanceEvent | PerpPositionEvent): string {
    const instrument = this.instrument(market);
    const now = this.options.clock.nowMicros;
    if (event.kind === EventKind.PERP_POSITION) return positionFrame(event, instrument, now);
    if (event.slot !== BalanceSlot.PERP_MARGIN) return spotBalanceFrame(event, instrument, now);
    const funding = this.fundingUnits;
    this.fundingUnits = null;
    return marginFrame(event, instrument, now, funding);
  }

  private onStream(market: number, isUp: boolean): void {
    this.isStreamDown[market] = !isUp;
    if (isUp) return;
    for (const socket of this.openSockets((one) => one.market === market && one.isPrivate)) {
      this.cut(socket, '1006 the stream is down');
    }
  }

  /** True when one channel at least got all of it as it is. */
  private stream(market: number, frames: readonly string[]): boolean {
    if (frames.length === 0) return false;
    let isWhole = false;
    for (const socket of this.openSockets((one) => one.market === market && one.isPrivate)) {
      const passed = frames.filter((frame) => this.faults.frame(socket, frame));
      if (passed.length === frames.length && !socket.isOver) isWhole = true;
    }
    return isWhole;
  }

  private tell(socket: DoorSocket, say: () => void, length = 0): void {
    if (socket.isOver || !socket.isOpen) return;
    this.options.onTold(length);
    say();
  }

  private instrument(index: number): Instrument {
    return this.options.instruments()[index] as Instrument;
  }

  private indexOf(market: Market): number {
    return Math.max(
      0,
      this.options.instruments().findIndex((one) => one.market === market),
    );
  }

  private marketOf(url: string): number {
    return this.indexOf(url.includes('usdm') ? Market.PERPETUAL : Market.SPOT);
  }
}

const HTTP_METHODS: Readonly<Record<string, string>> = {
  'POST /api/v3/order': 'order.place',
  'DELETE /api/v3/order': 'order.cancel',
  'GET /api/v3/order': 'order.status',
  'POST /api/v3/order/cancelReplace': 'order.cancelReplace',
  'PUT /api/v3/order/amend/keepPriority': 'order.amend.keepPriority',
  'GET /api/v3/openOrders': 'openOrders.status',
  'DELETE /api/v3/openOrders': 'openOrders.cancelAll',
  'GET /api/v3/myTrades': 'myTrades',
  'GET /api/v3/account': 'account.status',
  'POST /fapi/v1/order': 'order.place',
  'DELETE /fapi/v1/order': 'order.cancel',
  'GET /fapi/v1/order': 'order.status',
  'GET /fapi/v1/openOrders': 'openOrders.status',
  'DELETE /fapi/v1/allOpenOrders': 'openOrders.cancelAll',
  'GET /fapi/v1/userTrades': 'myTrades',
  'GET /fapi/v3/account': 'account.status',
  'GET /fapi/v3/positionRisk': 'positions',
};

function retryHeader(body: unknown): Readonly<Record<string, string>> {
  const { data } = body as { readonly data?: { retryAfter?: number; serverTime?: number } };
  if (data?.retryAfter === undefined || data.serverTime === undefined) return {};
  return { 'retry-after': String(Math.ceil((data.retryAfter - data.serverTime) / 1_000)) };
}
