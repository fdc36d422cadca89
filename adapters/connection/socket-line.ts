import type { Timer, Timers } from '#adapters/clock/timers.ts';
import type { DurationMicros } from '#units/integers.ts';
import { ControlQueue } from './control-queue.ts';
import type { SocketOpener, SocketTarget, WireSocket } from './wire-socket.ts';

export interface LineOptions {
  readonly timers: Timers;
  readonly open: SocketOpener;
  readonly target: SocketTarget;
  readonly controlFramesPerSecond: number;
  readonly pingMicros: DurationMicros;
  readonly answerMicrosMax: DurationMicros;
  readonly confirmMicrosMax: DurationMicros;
  readonly listener: LineListener;
}

export interface LineListener {
  onOpen(): void;
  onFrame(bytes: Buffer, isBinary: boolean): void;
  /** Told once. */
  onEnded(reason: string): void;
}

/**
 * One socket from opening to its end, with a watchdog: it asks with a ping after every silence, and no
 * sign of life after that ends it, however open the operating system says it is.
 */
export class SocketLine {
  /** The owner said that this line works. */
  isConfirmed = false;
  private readonly options: LineOptions;
  private readonly control: ControlQueue;
  private socket: WireSocket | null = null;
  private watchdog: Timer | null = null;
  private confirmation: Timer | null = null;
  private isOver = false;
  private isOpen = false;
  private heardMicros = 0;
  private isAsking = false;

  constructor(options: LineOptions) {
    this.options = options;
    const { timers, controlFramesPerSecond } = options;
    this.control = new ControlQueue(timers, controlFramesPerSecond, (text) =>
      this.socket?.sendText(text),
    );
  }

  start(): void {
    const { timers, confirmMicrosMax, open, target } = this.options;
    this.confirmation = timers.after(confirmMicrosMax, () => this.end('it was never confirmed'));
    const socket = open(target, {
      onOpen: () => this.onOpen(),
      onFrame: (bytes, isBinary) => this.onFrame(bytes, isBinary),
      onPing: () => {
        this.control.note();
        this.hear();
      },
      onPong: () => this.hear(),
      onClosed: (reason) => this.end(`the socket closed: ${reason}`),
    });
    // It may have ended inside `open`.
    if (this.isOver) socket.end();
    else this.socket = socket;
  }

  confirm(): void {
    this.isConfirmed = true;
    this.confirmation?.cancel();
  }

  /** False when the frame was not taken: the line is not open, or too many wait. */
  send(text: string): boolean {
    return this.isOpen && !this.isOver && this.control.offer(text);
  }

  /** Ends the line, once. */
  end(reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.watchdog?.cancel();
    this.confirmation?.cancel();
    this.control.close();
    this.socket?.end();
    this.options.listener.onEnded(reason);
  }

  private onOpen(): void {
    if (this.isOver) return;
    this.isOpen = true;
    this.hear();
    this.watch(this.options.pingMicros);
    this.options.listener.onOpen();
  }

  /** Hot: every frame. */
  private onFrame(bytes: Buffer, isBinary: boolean): void {
    if (this.isOver) return;
    this.hear();
    this.options.listener.onFrame(bytes, isBinary);
  }

  private hear(): void {
    this.heardMicros = this.options.timers.nowMicros();
    this.isAsking = false;
  }

  private watch(delayMicros: DurationMicros): void {
    this.watchdog = this.options.timers.after(delayMicros, () => this.lookForLife());
  }

  private lookForLife(): void {
    const { timers, pingMicros, answerMicrosMax } = this.options;
    const silence = timers.nowMicros() - this.heardMicros;
    if (silence < pingMicros) {
      this.watch((pingMicros - silence) as DurationMicros);
      return;
    }
    if (this.isAsking) {
      this.end(`no sign of life for ${Math.round(silence / 1000)} ms, not even to a ping`);
      return;
    }
    this.isAsking = true;
    this.control.note();
    this.socket?.ping();
    this.watch(answerMicrosMax);
  }
}
