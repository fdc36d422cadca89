/**
 * A connection that stays: one socket, or two for the moment in which the new one takes over.
 *
 *   const connection = new StreamConnection({ name, timers, open, target, attempts, random, listener });
 *   connection.start();
 *   // the listener sends what a new line needs, and says `confirm(line)` once that line works
 *
 * A line that works replaces all older ones, after an overlap in which both deliver; so whoever listens
 * must drop what comes twice. All time comes from `timers`.
 */
import type { Timer, Timers } from '#adapters/clock/timers.ts';
import { type DurationMicros, type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import type { AttemptBudget } from './attempt-budget.ts';
import { SocketLine } from './socket-line.ts';
import type { SocketOpener, SocketTarget } from './wire-socket.ts';

export interface ConnectionPolicy {
  /** The venue cuts a connection after 24 h: a new one is opened at this age, less up to the jitter. */
  readonly lifeMicros: DurationMicros;
  readonly lifeJitterMicros: DurationMicros;
  /** How long the old line goes on after the new one works. */
  readonly overlapMicros: DurationMicros;
  /** A silence of this length is answered by a ping. */
  readonly pingMicros: DurationMicros;
  /** A ping without any sign of life for so long ends the line. */
  readonly answerMicrosMax: DurationMicros;
  /** A new line that is not confirmed within this is ended. */
  readonly confirmMicrosMax: DurationMicros;
  readonly backoffMicrosMin: DurationMicros;
  readonly backoffMicrosMax: DurationMicros;
  /** PING, PONG and JSON together. The venue takes 5 (spot), 10 (USD-M). */
  readonly controlFramesPerSecond: number;
}

const HOUR = 3_600 * MICROS_PER_SECOND;

/** Under the stricter of the two markets' rules. */
export const DEFAULT_POLICY: ConnectionPolicy = {
  lifeMicros: (23 * HOUR) as DurationMicros,
  lifeJitterMicros: HOUR as DurationMicros,
  overlapMicros: (2 * MICROS_PER_SECOND) as DurationMicros,
  pingMicros: (5 * MICROS_PER_SECOND) as DurationMicros,
  answerMicrosMax: (3 * MICROS_PER_SECOND) as DurationMicros,
  confirmMicrosMax: (15 * MICROS_PER_SECOND) as DurationMicros,
  backoffMicrosMin: (MICROS_PER_SECOND / 5) as DurationMicros,
  backoffMicrosMax: (30 * MICROS_PER_SECOND) as DurationMicros,
  controlFramesPerSecond: 4,
};

export interface ConnectionListener {
  /** A line opened: send what it needs. Lines are numbered from 1. */
  onLineOpen(line: number): void;
  /** Hot: every frame of every line. The bytes are the listener's. */
  onFrame(bytes: Buffer, isBinary: boolean, atMicros: EpochMicros, line: number): void;
  /** The first line works where none did. */
  onUp(): void;
  /** No line works any more. */
  onDown(reason: string): void;
  /** Something worth a line in a log: an attempt that failed, a line that ended. */
  onNote(note: string): void;
  /** A line is over: what waits for an answer on it waits in vain. Told before `onDown`. */
  onLineEnded?(line: number, reason: string): void;
}

export interface ConnectionOptions {
  readonly name: string;
  readonly timers: Timers;
  readonly open: SocketOpener;
  /** Where to connect; asked anew for each attempt. A rejection counts as a failed attempt. */
  readonly target: () => SocketTarget | Promise<SocketTarget>;
  readonly attempts: AttemptBudget;
  /** From 0 up to 1: jitter of ages and pauses. */
  readonly random: () => number;
  readonly listener: ConnectionListener;
  readonly policy?: Partial<ConnectionPolicy>;
}

export class StreamConnection {
  readonly name: string;
  /** Lines opened since the start, and lines that ended by themselves. */
  openedCount = 0;
  lostCount = 0;
  private readonly options: ConnectionOptions;
  private readonly policy: ConnectionPolicy;
  private readonly lines = new Map<number, SocketLine>();
  private lineCount = 0;
  private failedInARow = 0;
  private isUp = false;
  private isStopped = true;
  /** An attempt is waited for, asked for, or not confirmed yet. */
  private isRenewing = false;
  private attemptTimer: Timer | null = null;
  private lifeTimer: Timer | null = null;

  constructor(options: ConnectionOptions) {
    this.name = options.name;
    this.options = options;
    this.policy = { ...DEFAULT_POLICY, ...options.policy };
  }

  get hasLine(): boolean {
    return this.isUp;
  }

  start(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    this.isRenewing = true;
    this.attempt();
  }

  /** Ends everything; the listener hears nothing more. */
  stop(): void {
    this.isStopped = true;
    this.isUp = false;
    this.isRenewing = false;
    this.attemptTimer?.cancel();
    this.lifeTimer?.cancel();
    for (const line of [...this.lines.values()]) line.end('stopped');
    this.lines.clear();
  }

  /** Opens a new line beside the one that works, which goes on until the new one does. */
  renew(reason: string): void {
    if (this.isStopped || this.isRenewing) return;
    this.note(`renewing: ${reason}`);
    this.isRenewing = true;
    this.attempt();
  }

  /** The listener says that this line works: what it needs was sent, answered, and data came. */
  confirm(number: number): void {
    const line = this.lines.get(number);
    if (line === undefined || line.isConfirmed || this.isStopped) return;
    line.confirm();
    this.failedInARow = 0;
    this.isRenewing = false;
    this.scheduleEndOfLife();
    this.retireBefore(number);
    if (this.isUp) return;
    this.isUp = true;
    this.options.listener.onUp();
  }

  /** Sends to one line, when the control budget allows. False: it was not taken. */
  send(number: number, text: string): boolean {
    return this.lines.get(number)?.send(text) ?? false;
  }

  /** Sends to every line that works. */
  sendToAll(text: string): void {
    for (const line of this.lines.values()) if (line.isConfirmed) line.send(text);
  }

  /** Ends a line that does not do what it should; a new one follows. */
  reject(number: number, reason: string): void {
    this.lines.get(number)?.end(reason);
  }

  /** Ends every line: something is wrong that a new line beside the old cannot heal. */
  reset(reason: string): void {
    for (const line of [...this.lines.values()]) line.end(reason);
  }

  private attempt(): void {
    if (this.isStopped) return;
    const { timers, attempts } = this.options;
    const wait = attempts.take(timers.nowMicros());
    if (wait > 0) {
      this.note(`the budget of connection attempts is used up: waiting ${Math.ceil(wait / 1e6)} s`);
      this.attemptIn(wait);
      return;
    }
    let target: SocketTarget | Promise<SocketTarget>;
    try {
      target = this.options.target();
    } catch (error) {
      this.failed(reasonOf(error));
      return;
    }
    if (!(target instanceof Promise)) {
      this.openLine(target);
      return;
    }
    target.then(
      (found) => this.openLine(found),
      (error: unknown) => this.failed(reasonOf(error)),
    );
  }

  private openLine(target: SocketTarget): void {
    if (this.isStopped) return;
    const { timers, open, listener } = this.options;
    this.lineCount += 1;
    const number = this.lineCount;
    const line = new SocketLine({
      ...this.policy,
      timers,
      open,
      target,
      listener: {
        onOpen: () => {
          this.openedCount += 1;
          listener.onLineOpen(number);
        },
        onFrame: (bytes, isBinary) => {
          listener.onFrame(bytes, isBinary, timers.nowMicros(), number);
        },
        onEnded: (reason) => this.onEnded(number, line, reason),
      },
    });
    this.lines.set(number, line);
    line.start();
  }

  private onEnded(number: number, line: SocketLine, reason: string): void {
    // A retired line was taken out before.
    if (!this.lines.delete(number) || this.isStopped) return;
    this.lostCount += 1;
    this.note(`line ${number} ended: ${reason}`);
    this.options.listener.onLineEnded?.(number, reason);
    const stillWorks = [...this.lines.values()].some((one) => one.isConfirmed);
    if (line.isConfirmed) {
      if (!stillWorks && this.isUp) {
        this.isUp = false;
        this.lifeTimer?.cancel();
        this.options.listener.onDown(reason);
      }
      // The one that was to be replaced works still, but it is near its end: the newest is missed.
      const isNewest = [...this.lines.keys()].every((one) => one < number);
      if ((stillWorks && !isNewest) || this.isRenewing || this.isStopped) return;
      this.isRenewing = true;
      this.attemptIn(this.pause());
      return;
    }
    this.failed(reason);
  }

  private failed(reason: string): void {
    if (this.isStopped) return;
    this.note(`attempt failed: ${reason}`);
    this.isRenewing = true;
    this.attemptIn(this.pause());
  }

  /** Full jitter over a doubling pause, so that many connections do not come back in step. */
  private pause(): number {
    const { backoffMicrosMin, backoffMicrosMax } = this.policy;
    const ceiling = Math.min(backoffMicrosMin * 2 ** this.failedInARow, backoffMicrosMax);
    this.failedInARow = Math.min(this.failedInARow + 1, 30);
    return Math.floor(backoffMicrosMin / 2 + this.options.random() * ceiling);
  }

  private attemptIn(delayMicros: number): void {
    this.attemptTimer?.cancel();
    this.attemptTimer = this.options.timers.after(delayMicros as DurationMicros, () =>
      this.attempt(),
    );
  }

  private scheduleEndOfLife(): void {
    const { lifeMicros, lifeJitterMicros } = this.policy;
    const age = lifeMicros - Math.floor(this.options.random() * lifeJitterMicros);
    this.lifeTimer?.cancel();
    this.lifeTimer = this.options.timers.after(age as DurationMicros, () =>
      this.renew('the connection is near the end of its day'),
    );
  }

  /** Older lines go on for the overlap, then they are ended without a word. */
  private retireBefore(number: number): void {
    const older = [...this.lines.keys()].filter((one) => one < number);
    if (older.length === 0) return;
    this.options.timers.after(this.policy.overlapMicros, () => {
      // Only if the new one lives still: else the old one is all there is.
      if (!this.lines.has(number)) return;
      for (const one of older) {
        const line = this.lines.get(one);
        if (line === undefined) continue;
        this.lines.delete(one);
        line.end('replaced');
        this.options.listener.onLineEnded?.(one, 'replaced');
      }
    });
  }

  private note(note: string): void {
    this.options.listener.onNote(`${this.name}: ${note}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
