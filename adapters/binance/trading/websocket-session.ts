/**
 * Requests over the venue's WebSocket API: a logged-on session with a table of what is under way.
 * A request without an answer in time, or whose connection broke, is LOST: nobody knows its outcome.
 */

import type { Timer, Timers } from '#adapters/clock/timers.ts';
import type { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import { StreamConnection } from '#adapters/connection/connection.ts';
import type { SocketOpener } from '#adapters/connection/wire-socket.ts';
import type { RequestSigner } from '#adapters/signing/signing.ts';
import { type DurationMicros, MICROS_PER_MILLI, MICROS_PER_SECOND } from '#units/integers.ts';
import { type Parameters, signedParameters } from './parameters.ts';
import { type APIRateLimiter, releaseMicros } from './rate-limiter.ts';
import { parseExact, type WireOutcome } from './request-outcome.ts';

export interface WebSocketSessionOptions {
  readonly name: string;
  /** "wss://ws-api.binance.com/ws-api/v3". */
  readonly url: string;
  readonly signer: RequestSigner;
  readonly timers: Timers;
  readonly open: SocketOpener;
  readonly attempts: AttemptBudget;
  /** From 0 up to 1: jitter of ages and pauses. */
  readonly random: () => number;
  readonly limiter: APIRateLimiter;
  /** The venue's clock, epoch milliseconds. */
  readonly venueMillis: () => number;
  readonly answerMicrosMax?: DurationMicros;
  /** The venue refused the time of a logon (-1021): measure its clock anew before the next attempt. */
  readonly resyncClock?: () => Promise<unknown>;
  readonly onNote: (note: string) => void;
}

interface UnderWay {
  readonly line: number;
  readonly resolve: (outcome: WireOutcome) => void;
  readonly timer: Timer;
}

const ANSWER_MICROS_MAX = 3_000_000 as DurationMicros;
const UNDER_WAY_MAX = 1_024;
/** Orders are paced by the rate limiter, not by the control frames' rule of the streams. */
const FRAMES_PER_SECOND = 10_000;
const NOT_AUTHENTICATED = -1193;
const BAD_TIME = -1021;

export class WebSocketSession {
  /** Answers that came for nothing that is under way. */
  strayCount = 0;
  private readonly options: WebSocketSessionOptions;
  private readonly connection: StreamConnection;
  private readonly underWay = new Map<string, UnderWay>();
  private lastId = 0;
  /** Lines that are logged on. */
  private readonly ready = new Set<number>();

  constructor(options: WebSocketSessionOptions) {
    this.options = options;
    const { name, timers, open, attempts, random, url, onNote, limiter } = options;
    this.connection = new StreamConnection({
      name,
      timers,
      open,
      attempts,
      random,
      target: () => {
        const until = limiter.closedUntil(timers.nowMicros());
        if (until === 0) return { url };
        const seconds = Math.ceil((until - timers.nowMicros()) / MICROS_PER_SECOND);
        throw new Error(`the venue wants silence for ${seconds} s`);
      },
      policy: { controlFramesPerSecond: FRAMES_PER_SECOND },
      listener: {
        onLineOpen: (line) => this.onLineOpen(line),
        onLineEnded: (line, reason) => this.onLineEnded(line, reason),
        onFrame: (bytes, _isBinary, _atMicros, line) => this.onFrame(bytes, line),
        onUp: () => onNote(`${name}: up`),
        onDown: (reason) => this.onDown(reason),
        onNote,
      },
    });
  }

  get isReady(): boolean {
    return this.ready.size > 0;
  }

  get underWayCount(): number {
    return this.underWay.size;
  }

  start(): void {
    this.connection.start();
  }

  /** What is under way is lost. */
  stop(): void {
    this.connection.stop();
    this.onDown('stopped');
  }

  /** Sends in this call. With Ed25519 the session was logged on, and nothing is signed here. */
  send(method: string, parameters: Parameters, isSigned: boolean): Promise<WireOutcome> {
    const line = Math.max(0, ...this.ready);
    if (line === 0) return Promise.resolve({ kind: 'NOT_SENT', why: 'no session' });
    const { signer } = this.options;
    const full = isSigned && !signer.canLogOn ? signedParameters(parameters, signer) : parameters;
    return this.sendOn(line, method, full);
  }

  private sendOn(line: number, method: string, parameters: Parameters): Promise<WireOutcome> {
    if (this.underWay.size >= UNDER_WAY_MAX) {
      return Promise.resolve({ kind: 'NOT_SENT', why: `${UNDER_WAY_MAX} requests are under way` });
    }
    this.lastId += 1;
    const id = String(this.lastId);
    return new Promise((resolve) => {
      const limit = this.options.answerMicrosMax ?? ANSWER_MICROS_MAX;
      const why = `${method}: no answer in ${limit / MICROS_PER_MILLI} ms`;
      const timer = this.options.timers.after(limit, () => this.settle(id, { kind: 'LOST', why }));
      this.underWay.set(id, { line, resolve, timer });
      if (this.connection.send(line, JSON.stringify({ id, method, params: parameters }))) return;
      this.settle(id, { kind: 'NOT_SENT', why: 'the connection is gone' });
    });
  }

  private onLineOpen(line: number): void {
    const { signer } = this.options;
    if (!signer.canLogOn) {
      this.useLine(line);
      return;
    }
    const parameters = signedParameters({ timestamp: this.options.venueMillis() }, signer);
    this.sendOn(line, 'session.logon', parameters).then(
      (outcome) => this.onLogon(line, outcome),
      (error: unknown) => this.connection.reject(line, `logon: ${String(error)}`),
    );
  }

  private onLogon(line: number, outcome: WireOutcome): void {
    if (outcome.kind === 'ANSWER' && outcome.status === 200) {
      this.useLine(line);
      return;
    }
    const what = outcome.kind === 'ANSWER' ? textOf(outcome.body) : outcome.why;
    const give = () => this.connection.reject(line, `logon failed: ${what}`);
    const { resyncClock } = this.options;
    const isClock = outcome.kind === 'ANSWER' && codeOf(outcome.body) === BAD_TIME;
    if (isClock && resyncClock !== undefined) void resyncClock().then(give, give);
    else give();
  }

  private useLine(line: number): void {
    this.ready.add(line);
    this.connection.confirm(line);
  }

  /** Another line may work still, but the answers of this one are gone. */
  private onLineEnded(line: number, reason: string): void {
    this.ready.delete(line);
    const why = `the connection broke: ${reason}`;
    for (const [id, request] of [...this.underWay]) {
      if (request.line === line) this.settle(id, { kind: 'LOST', why });
    }
  }

  private onDown(reason: string): void {
    this.ready.clear();
    const why = `the connection broke: ${reason}`;
    for (const id of [...this.underWay.keys()]) this.settle(id, { kind: 'LOST', why });
    this.options.onNote(`${this.options.name}: down, ${reason}`);
  }

  private onFrame(bytes: Buffer, line: number): void {
    let frame: unknown;
    try {
      frame = parseExact(bytes.toString('utf8'));
    } catch (error) {
      this.options.onNote(`${this.options.name}: not JSON: ${String(error)}`);
      return;
    }
    if (typeof frame !== 'object' || frame === null) return;
    const { id, status, result, error, rateLimits, event } = frame as Record<string, unknown>;
    if (isShutdown(event)) {
      this.connection.renew('serverShutdown');
      return;
    }
    const { limiter, timers } = this.options;
    const nowMicros = timers.nowMicros();
    limiter.observeRows(rateLimits, nowMicros);
    if (typeof status !== 'number') return;
    if (status === 429 || status === 418) this.noteRefusal(status, error);
    if (id === null && status === 401) this.dropLine(line, textOf(error));
    if (typeof id !== 'string') return;
    if (codeOf(error) === NOT_AUTHENTICATED) this.dropLine(line, textOf(error));
    this.settle(id, { kind: 'ANSWER', status, body: status === 200 ? result : error });
  }

  /** The session lost its key: this line is of no use, a new one logs on. */
  private dropLine(line: number, reason: string): void {
    this.ready.delete(line);
    this.connection.reject(line, `not authenticated: ${reason}`);
  }

  private noteRefusal(status: number, error: unknown): void {
    const nowMicros = this.options.timers.nowMicros();
    const data = (error as { readonly data?: unknown } | undefined)?.data;
    const kind = { isBan: status === 418, ordersOnly: codeOf(error) === -1015 };
    this.options.limiter.refuse(releaseMicros(data, nowMicros), kind, nowMicros);
  }

  private settle(id: string, outcome: WireOutcome): void {
    const found = this.underWay.get(id);
    if (found === undefined) {
      this.strayCount += 1;
      return;
    }
    this.underWay.delete(id);
    found.timer.cancel();
    found.resolve(outcome);
  }
}

function isShutdown(event: unknown): boolean {
  return (
    typeof event === 'object' && event !== null && (event as { e?: unknown }).e === 'serverShutdown'
  );
}

function codeOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 0;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'number' ? code : 0;
}

function textOf(error: unknown): string {
  // Numbers beyond 2^53 were read as bigints, which JSON cannot write.
  const written = (_key: string, value: unknown): unknown =>
    typeof value === 'bigint' ? value.toString() : value;
  return JSON.stringify(error, written) ?? 'no reason given';
}
