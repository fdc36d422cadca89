import type { Timer, Timers } from '#adapters/clock/timers.ts';
import type { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import { type ConnectionPolicy, StreamConnection } from '#adapters/connection/connection.ts';
import type { SocketOpener, SocketTarget } from '#adapters/connection/wire-socket.ts';
import type { AccountEvent } from '#contracts/events.ts';
import type { EpochMicros } from '#units/integers.ts';
import { type DurationMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import { type PrivateDecoder, PrivateFrameKind } from './private-frame.ts';
import { UserFrameError } from './user-fields.ts';

/** A listenKey lives for 60 minutes; half of it is the venue's advice. */
const KEEP_ALIVE_MICROS = (1_800 * MICROS_PER_SECOND) as DurationMicros;
/** The venue refused the time of a request. */
const BAD_TIME = '-1021 ';
const STATUS_OK = 200;
const UNANSWERED_MAX = 32;

/** How one market lets us hear of our account. Signing happens behind it. */
export interface PrivateAccess {
  /** Where to connect; on USD-M with a listenKey that was just asked for. */
  target(): SocketTarget | Promise<SocketTarget>;
  /**
   * The subscribe request of spot, signed for this moment, with this id; null where the address says
   * it all.
   */
  readonly subscribeRequest: ((id: string) => string | Promise<string>) | null;
  /** Extends the key; false when it is dead. Null where nothing has to be kept alive. */
  readonly keepAlive: (() => Promise<boolean>) | null;
}

export interface ChannelListener {
  /** `key` is the same for the same event on every channel. */
  onEvents(events: readonly AccountEvent[], key: string): void;
  onUp(): void;
  onDown(): void;
  /** What a message said is lost, or was never said: the account must be asked for. */
  onUntold(what: string): void;
  onNote(note: string): void;
}

export interface ChannelOptions {
  readonly name: string;
  readonly access: PrivateAccess;
  readonly decoder: PrivateDecoder;
  readonly timers: Timers;
  readonly open: SocketOpener;
  readonly attempts: AttemptBudget;
  readonly random: () => number;
  readonly listener: ChannelListener;
  readonly policy?: Partial<ConnectionPolicy>;
  /** The venue refused the time of a subscription (-1021): measure its clock anew before the next. */
  readonly resyncClock?: () => Promise<unknown>;
}

/** One private channel: connect, subscribe, keep alive, decode, renew. */
export class UserDataStream {
  private readonly options: ChannelOptions;
  private readonly connection: StreamConnection;
  private readonly lineByRequest = new Map<string, number>();
  private requestCount = 0;
  private keepAliveTimer: Timer | null = null;

  constructor(options: ChannelOptions) {
    const { name, access, timers, open, attempts, random, listener, policy } = options;
    this.options = options;
    this.connection = new StreamConnection({
      name,
      timers,
      open,
      target: () => access.target(),
      attempts,
      random,
      ...(policy === undefined ? {} : { policy }),
      listener: {
        onLineOpen: (line) => this.subscribe(line),
        onFrame: (bytes, isBinary, atMicros, line) => {
          if (isBinary) listener.onUntold(`${name}: a binary frame on a text stream`);
          else this.onText(bytes.toString('utf8'), atMicros, line);
        },
        onUp: () => {
          this.scheduleKeepAlive();
          listener.onUp();
        },
        onDown: () => {
          this.keepAliveTimer?.cancel();
          listener.onDown();
        },
        onNote: (note) => listener.onNote(note),
      },
    });
  }

  start(): void {
    this.connection.start();
  }

  stop(): void {
    this.keepAliveTimer?.cancel();
    this.connection.stop();
  }

  /** Opens a new line beside the one that works, or seems to. */
  renew(reason: string): void {
    this.connection.renew(reason);
  }

  private subscribe(line: number): void {
    const { subscribeRequest } = this.options.access;
    if (subscribeRequest === null) {
      this.connection.confirm(line);
      return;
    }
    this.requestCount += 1;
    const id = `${this.options.name}-${this.requestCount}`;
    // Answers that never came, of lines that are gone.
    if (this.lineByRequest.size === UNANSWERED_MAX) this.lineByRequest.clear();
    this.lineByRequest.set(id, line);
    const failed = (error: unknown): void => {
      const reason = error instanceof Error ? error.message : String(error);
      this.lineByRequest.delete(id);
      this.connection.reject(line, `the subscription could not be signed: ${reason}`);
    };
    try {
      const request = subscribeRequest(id);
      if (typeof request === 'string') this.connection.send(line, request);
      else request.then((text) => this.connection.send(line, text), failed);
    } catch (error) {
      failed(error);
    }
  }

  private onText(text: string, atMicros: EpochMicros, line: number): void {
    const { decoder, listener, name } = this.options;
    const events: AccountEvent[] = [];
    let kind: PrivateFrameKind;
    try {
      kind = decoder.decode(text, atMicros, (event) => events.push(event));
    } catch (error) {
      if (!(error instanceof UserFrameError)) throw error;
      listener.onUntold(`${name}: ${error.message}`);
      return;
    }
    switch (kind) {
      case PrivateFrameKind.EVENTS:
        listener.onEvents(events, eventKey(text));
        return;
      case PrivateFrameKind.ANSWER:
        this.onAnswer();
        return;
      case PrivateFrameKind.ENDED:
        this.connection.reject(line, 'the venue ended the subscription');
        return;
      case PrivateFrameKind.SERVER_SHUTDOWN:
        this.connection.renew('the venue says that this server goes away');
        return;
      case PrivateFrameKind.UNTOLD:
        listener.onUntold(`${name}: a change whose result was not told`);
        return;
      case PrivateFrameKind.IGNORED:
        return;
    }
  }

  private onAnswer(): void {
    const { id, status, message } = this.options.decoder.answer;
    const line = this.lineByRequest.get(id);
    if (line === undefined) {
      // A refusal without an id is about the connection itself: the key was revoked or the address changed.
      if (status !== STATUS_OK) this.connection.reset(`the venue says ${status}: ${message}`);
      return;
    }
    this.lineByRequest.delete(id);
    if (status === STATUS_OK) {
      this.connection.confirm(line);
      return;
    }
    const give = (): void => {
      this.connection.reject(line, `subscription refused, ${status}: ${message}`);
    };
    const { resyncClock } = this.options;
    if (resyncClock !== undefined && message.startsWith(BAD_TIME)) {
      void resyncClock().then(give, give);
    } else {
      give();
    }
  }

  private scheduleKeepAlive(): void {
    const { access, timers, listener, name } = this.options;
    const { keepAlive } = access;
    if (keepAlive === null) return;
    this.keepAliveTimer?.cancel();
    this.keepAliveTimer = timers.after(KEEP_ALIVE_MICROS, () => {
      this.scheduleKeepAlive();
      keepAlive().then(
        (isAlive) => {
          if (!isAlive) this.connection.renew('the listen key is dead');
        },
        // The next try comes in half an hour, while the key lives for an hour.
        (error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          listener.onNote(`${name}: the listen key was not extended, ${reason}`);
        },
      );
    });
  }
}

/**
 * What an event says, without what differs between two connections: the wrapper in front and the time
 * at which it was sent.
 */
function eventKey(text: string): string {
  const from = text.indexOf('{"e":');
  const body = from < 0 ? text : text.slice(from);
  return body.replace(/,"E":\d+/, '').replace(/\}+$/, '');
}
