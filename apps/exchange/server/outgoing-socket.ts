/** One socket as the exchange writes to it. Behind it the faults of the wire happen. */
import { WebSocket } from 'ws';
import type { OutgoingLine, SocketDoor } from '#apps/exchange/api/operation.ts';
import type { Faults } from '#apps/exchange/faults/faults.ts';
import { withUnknownField } from '#apps/exchange/faults/unknown-field.ts';

/** Who leaves this much unread is cut off. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;
const LATE_MILLIS_MAX = 1_000;
const SWAP_MILLIS_MAX = 200;
/** Frames held back by a fault or sent before the handshake is done; more means the client is cut off. */
const HELD_FRAMES_MAX = 10_000;

type Frame = string | Uint8Array;

export class OutgoingSocket implements OutgoingLine {
  private readonly faults: Faults;
  private readonly kind: SocketDoor['kind'];
  private socket: WebSocket | null = null;
  private readonly early: Frame[] = [];
  /** Frames wait here while a late one is on its way: order is kept. */
  private readonly late: Frame[] = [];
  private lateTimer: NodeJS.Timeout | null = null;
  private swapped: Frame | null = null;
  private swapTimer: NodeJS.Timeout | null = null;
  private isSilent = false;
  private isEnded = false;

  constructor(faults: Faults, kind: SocketDoor['kind']) {
    this.faults = faults;
    this.kind = kind;
  }

  /** The handshake is done: what was sent before leaves now. */
  attach(socket: WebSocket): void {
    this.socket = socket;
    this.isSilent = this.kind !== 'API' && this.faults.strikes('SUBSCRIPTION_SILENT');
    for (const frame of this.early.splice(0)) this.write(frame);
  }

  get bufferedBytes(): number {
    return this.socket?.bufferedAmount ?? 0;
  }

  send(frame: Frame): void {
    if (this.isEnded) return;
    if (this.socket === null) {
      if (this.early.length < HELD_FRAMES_MAX) this.early.push(frame);
      return;
    }
    if (this.isPlainAnswer(frame)) {
      this.write(frame);
      return;
    }
    if (this.isSilent) return;
    if (this.faults.strikes('SOCKET_CUT')) {
      this.cut();
      return;
    }
    if (this.kind === 'STREAM') this.sendPublic(frame);
    else this.sendPrivate(frame);
  }

  close(code: number, reason: string): void {
    this.end();
    this.socket?.close(code, reason);
  }

  /** Ends the connection without a closing handshake. */
  cut(): void {
    this.end();
    this.socket?.terminate();
  }

  /** Drops timers; called when the socket is gone too. */
  end(): void {
    this.isEnded = true;
    if (this.lateTimer !== null) clearTimeout(this.lateTimer);
    if (this.swapTimer !== null) clearTimeout(this.swapTimer);
    this.late.length = 0;
    this.early.length = 0;
  }

  private sendPublic(frame: Frame): void {
    if (!this.faults.strikes('STREAM_GAP')) this.write(frame);
  }

  private sendPrivate(sent: Frame): void {
    const isStrange = typeof sent === 'string' && this.faults.strikes('UNKNOWN_FIELD');
    const frame = isStrange ? withUnknownField(sent) : sent;
    if (this.lateTimer !== null) {
      if (this.late.length >= HELD_FRAMES_MAX) this.cut();
      else this.late.push(frame);
      return;
    }
    if (this.faults.strikes('EVENT_LATE')) {
      this.late.push(frame);
      this.lateTimer = setTimeout(() => this.flushLate(), this.faults.draw(LATE_MILLIS_MAX));
      return;
    }
    if (this.swapped === null && this.faults.strikes('EVENTS_SWAPPED')) {
      this.swapped = frame;
      this.swapTimer = setTimeout(() => this.flushSwapped(), SWAP_MILLIS_MAX);
      return;
    }
    this.write(frame);
    this.flushSwapped();
    if (this.faults.strikes('EVENT_DOUBLED')) this.write(frame);
  }

  private flushLate(): void {
    this.lateTimer = null;
    for (const frame of this.late.splice(0)) this.write(frame);
  }

  private flushSwapped(): void {
    if (this.swapTimer !== null) clearTimeout(this.swapTimer);
    this.swapTimer = null;
    const frame = this.swapped;
    this.swapped = null;
    if (frame !== null) this.write(frame);
  }

  /** Answers to requests and control frames are not what the faults of a stream hit. */
  private isPlainAnswer(frame: Frame): boolean {
    if (typeof frame !== 'string') return false;
    if (this.kind === 'API') return !frame.startsWith('{"subscriptionId"');
    return (
      frame.startsWith('{"result"') || frame.startsWith('{"error"') || frame.startsWith('{"id"')
    );
  }

  private write(frame: Frame): void {
    const { socket } = this;
    if (socket === null || socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > UNREAD_BYTES_MAX) {
      this.cut();
      return;
    }
    socket.send(frame);
  }
}
