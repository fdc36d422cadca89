/** Answers to our requests: bodies over REST, frames of the WebSocket API, rate headers, exchangeInfo. */
import { AT, testInstrument } from '#adapters/binance/decoding.test-support.ts';
import {
  InstrumentError,
  instrumentFromExchangeInfo,
} from '#adapters/binance/exchange-info/exchange-info.ts';
import { publishAccount } from '#adapters/binance/trading/account-answer.ts';
import { AnswerReports } from '#adapters/binance/trading/answer-reports.ts';
import { OrderIdText } from '#adapters/binance/trading/order-id-text.ts';
import {
  APIRateLimiter,
  Purpose,
  releaseMicros,
  retryAfterMicros,
  SPOT_RATE_LIMITS,
} from '#adapters/binance/trading/rate-limiter.ts';
import { judge, parseExact } from '#adapters/binance/trading/request-outcome.ts';
import { WebSocketSession } from '#adapters/binance/trading/websocket-session.ts';
import { ListenKeyError, usdmPrivateAccess } from '#adapters/binance/user-stream/private-access.ts';
import { UserFields, UserFrameError } from '#adapters/binance/user-stream/user-fields.ts';
import { VenueTime } from '#adapters/binance/venue-time/venue-time.ts';
import { VirtualTimers } from '#adapters/clock/virtual-timers.test-support.ts';
import { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import { FakeNetwork } from '#adapters/connection/sockets.test-support.ts';
import { HmacSigner } from '#adapters/signing/signing.ts';
import { OrderCommand } from '#contracts/commands.ts';
import { ReportChannel } from '#contracts/execution-report.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import {
  EXCHANGE_INFOS,
  RATE_HEADERS,
  REST_ANSWERS,
  SOCKET_ANSWERS,
} from '#tests/fuzz/corpus/answers.ts';
import { checkEvent } from '#tests/fuzz/event-promises.ts';
import {
  BrokenPromise,
  type Target,
  type TargetEntry,
  type Verdict,
  verdictOf,
} from '#tests/fuzz/target.ts';
import type { EpochMicros } from '#units/integers.ts';

const TIMES = { atMicros: AT, askedMicros: AT };
const REQUEST = { requestedAtMicros: AT, channel: ReportChannel.QUERY };

/** Every reader of answers gets every answer: only its own error may come out. */
class RestAnswers implements Target {
  private readonly instrument = testInstrument(Market.SPOT);
  private readonly timers = new VirtualTimers(AT);
  private events: unknown[] = [];
  private readonly sink = {
    publish: (event: object) => {
      checkEvent(event);
      this.events.push({ ...event });
    },
  };
  private readonly reports = new AnswerReports({
    instrument: () => this.instrument,
    names: new OrderIdText('mm'),
    clock: this.timers,
    sink: this.sink,
  });

  async run(input: Uint8Array): Promise<Verdict> {
    const text = Buffer.from(input).toString('utf8');
    const status = Number(/^(\d{3}) /.exec(text)?.[1] ?? 200);
    const body = text.slice(4);
    this.events = [];
    let parsed: unknown = null;
    const verdict = verdictOf(() => {
      parsed = parseExact(body);
    }, SyntaxError);
    for (const market of [Market.SPOT, Market.PERPETUAL]) {
      const outcome = judge(market, { kind: 'ANSWER', status, body: parsed });
      if (outcome.kind === 'REFUSED' && status >= 500 && status !== 503) {
        throw new BrokenPromise(`status ${status} proves a refusal`);
      }
      if (outcome.kind === 'DONE') this.read(outcome.result);
    }
    await this.readKeyAndTime(status, Buffer.from(body));
    // A page of a proxy is an answer too: it proves nothing, and that is well.
    return status === 502 ? 'ACCEPTED' : verdict;
  }

  async probe(): Promise<string> {
    await this.run(REST_ANSWERS[0] as Uint8Array);
    return JSON.stringify(this.events);
  }

  private read(result: unknown): void {
    const rows: readonly unknown[] = Array.isArray(result) ? result.slice(0, 20) : [result];
    const order = new OrderCommand();
    for (const row of rows) {
      for (const read of [
        () => this.reports.order(new UserFields(row, ''), REQUEST),
        () => this.reports.trade(new UserFields(row, ''), order.clientOrderId, REQUEST),
        () => this.reports.accepted(order, row, REQUEST),
        () => publishAccount(row, null, this.instrument, TIMES, this.sink),
        () => publishAccount(row, result, testInstrument(Market.PERPETUAL), TIMES, this.sink),
      ]) {
        verdictOf(read, UserFrameError);
      }
    }
  }

  private async readKeyAndTime(status: number, body: Buffer): Promise<void> {
    const answer = { status, headers: {}, body };
    const access = usdmPrivateAccess({
      restUrl: 'http://127.0.0.1',
      streamUrl: 'ws://127.0.0.1',
      apiKey: 'key',
      call: () => Promise.resolve(answer),
    });
    try {
      await access.target();
      await access.keepAlive?.();
    } catch (error) {
      if (!(error instanceof ListenKeyError)) throw error;
    }
    const time = new VenueTime({
      market: Market.SPOT,
      baseUrl: 'http://127.0.0.1',
      get: () => Promise.resolve(answer),
      timers: this.timers,
      sink: null,
      onNote: () => undefined,
    });
    const offset = await time.measure();
    if (offset !== null && !Number.isSafeInteger(offset)) {
      throw new BrokenPromise(`a clock offset of ${offset}`);
    }
  }
}

/** A session that is asked again and again while frames of any kind come in. */
class SocketAnswers implements Target {
  private readonly timers = new VirtualTimers(AT);
  private readonly network = new FakeNetwork();
  private opened: object | null = null;
  private unreadCount = 0;
  private readonly limiter = new APIRateLimiter(SPOT_RATE_LIMITS);
  private readonly session = new WebSocketSession({
    name: 'fuzzed',
    url: 'ws://127.0.0.1/ws-api/v3',
    signer: new HmacSigner('key', 'secret'),
    timers: this.timers,
    open: this.network.open,
    attempts: new AttemptBudget(1_000_000_000),
    random: () => 0.5,
    limiter: this.limiter,
    venueMillis: () => AT / 1_000,
    onNote: (note) => {
      if (note.includes('not JSON')) this.unreadCount += 1;
    },
  });

  constructor() {
    this.session.start();
    this.standUp();
  }

  async run(input: Uint8Array): Promise<Verdict> {
    this.standUp();
    const { unreadCount } = this;
    const asked = this.session.send('order.status', { symbol: 'DOGEUSDT' }, true);
    this.network.last.listener.onFrame(Buffer.from(input), false);
    checkLimiter(this.limiter, this.timers.nowMicros());
    // Whatever came, the request has an end: its answer, or none in time.
    this.timers.advance(4);
    await asked;
    return this.unreadCount > unreadCount ? 'REFUSED' : 'ACCEPTED';
  }

  async probe(): Promise<string> {
    this.standUp();
    const asked = this.session.send('order.status', { symbol: 'DOGEUSDT' }, true);
    const { id } = JSON.parse(this.network.last.sent.at(-1) ?? '{}') as { id: string };
    this.network.last.frame(JSON.stringify({ id, status: 200, result: { orderId: 5 } }));
    const outcome = await asked;
    return JSON.stringify([outcome, this.session.underWayCount, this.session.isReady]);
  }

  close(): void {
    this.session.stop();
  }

  /** Opens the newest line; a ban keeps the session from opening one for three days at most. */
  private standUp(): void {
    for (let hour = 0; hour < 75; hour++) {
      const { last } = this.network;
      if (!last.isEnded && last !== this.opened) {
        this.opened = last;
        last.listener.onOpen();
      }
      if (this.session.isReady) break;
      this.timers.advance(3_600);
    }
    // What was closed needs no memory.
    this.network.sockets.splice(0, this.network.sockets.length - 2);
  }
}

function checkLimiter(limiter: APIRateLimiter, now: EpochMicros): void {
  const share = limiter.usedShare(now);
  if (!(share >= 0 && Number.isFinite(share))) throw new BrokenPromise(`a used share of ${share}`);
  const until = limiter.closedUntil(now);
  if (!Number.isSafeInteger(until)) throw new BrokenPromise(`closed until ${until}`);
}

class RateHeaders implements Target {
  private limiter = new APIRateLimiter(SPOT_RATE_LIMITS);

  run(input: Uint8Array): Verdict {
    const text = Buffer.from(input).toString('latin1');
    const headers: Record<string, string> = {};
    for (const line of text.split('\n').slice(0, 100)) {
      const at = line.indexOf(':');
      if (at > 0) headers[line.slice(0, at).trim().toLowerCase()] = line.slice(at + 1).trim();
    }
    this.limiter.observeHeaders(headers, AT);
    const until = retryAfterMicros(headers['retry-after'], AT);
    this.limiter.refuse(until, { isBan: false, ordersOnly: false }, AT);
    const verdict = verdictOf(() => {
      const value = text.startsWith('[') || text.startsWith('{') ? JSON.parse(text) : null;
      this.limiter.observeRows(value, AT);
      const release = releaseMicros(value, AT);
      if (!Number.isSafeInteger(release)) throw new BrokenPromise(`released at ${release}`);
      this.limiter.refuse(release, { isBan: true, ordersOnly: true }, AT);
    }, SyntaxError);
    checkLimiter(this.limiter, AT);
    return verdict;
  }

  /** However long the venue closes its door: a fresh limiter is open, and this one never breaks. */
  probe(): string {
    const open = this.limiter.tryTake({ purpose: Purpose.CANCEL, weight: 1, orders: 0 }, AT);
    this.limiter = new APIRateLimiter(SPOT_RATE_LIMITS);
    return typeof open;
  }
}

class ExchangeInfos implements Target {
  run(input: Uint8Array): Verdict {
    return verdictOf(
      () => {
        const instrument = this.read(input);
        for (const value of [
          instrument.baseUnitsPerLot,
          instrument.priceUnitsPerTick,
          instrument.tickLotNumerator,
          instrument.tickLotDenominator,
        ]) {
          if (!Number.isSafeInteger(value) || value <= 0)
            throw new BrokenPromise(`a unit of ${value}`);
        }
        for (const [name, bound] of Object.entries(instrument.filters)) {
          const isSound = typeof bound === 'boolean' || (Number.isSafeInteger(bound) && bound >= 0);
          if (!isSound) throw new BrokenPromise(`filter ${name} = ${bound}`);
        }
      },
      InstrumentError,
      SyntaxError,
    );
  }

  probe(): string {
    return JSON.stringify(this.read(EXCHANGE_INFOS[0] as Uint8Array));
  }

  private read(input: Uint8Array): Instrument {
    const { index, role, version, makerFeeRate, takerFeeRate, feeAsset, feeAssetDiscountRate } =
      testInstrument(Market.SPOT);
    const info: unknown = JSON.parse(Buffer.from(input).toString('utf8'));
    return instrumentFromExchangeInfo(info, Market.SPOT, 'DOGEUSDT', {
      index,
      role,
      version,
      makerFeeRate,
      takerFeeRate,
      feeAsset,
      feeAssetDiscountRate,
    });
  }
}

export const ANSWER_TARGETS: readonly TargetEntry[] = [
  {
    name: 'rest-answers',
    share: 10,
    form: 'TEXT',
    corpus: () => REST_ANSWERS,
    open: () => new RestAnswers(),
  },
  {
    name: 'socket-answers',
    share: 5,
    form: 'TEXT',
    corpus: () => SOCKET_ANSWERS,
    open: () => new SocketAnswers(),
  },
  {
    name: 'rate-headers',
    share: 10,
    form: 'TEXT',
    corpus: () => RATE_HEADERS,
    open: () => new RateHeaders(),
  },
  {
    name: 'exchange-info',
    share: 3,
    form: 'TEXT',
    corpus: () => EXCHANGE_INFOS,
    open: () => new ExchangeInfos(),
  },
];
