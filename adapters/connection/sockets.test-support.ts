/** Sockets without a network: a test opens, feeds and breaks them by hand. */
import type { SocketListener, SocketOpener, SocketTarget } from './wire-socket.ts';

export class FakeSocket {
  readonly target: SocketTarget;
  readonly listener: SocketListener;
  readonly sent: string[] = [];
  pingCount = 0;
  isEnded = false;
  /** Answers pings by itself. */
  isAlive = true;

  constructor(target: SocketTarget, listener: SocketListener) {
    this.target = target;
    this.listener = listener;
  }

  frame(text: string): void {
    this.listener.onFrame(Buffer.from(text, 'utf8'), false);
  }

  sendText(text: string): void {
    this.sent.push(text);
  }

  ping(): void {
    this.pingCount += 1;
    if (this.isAlive) this.listener.onPong();
  }

  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.listener.onClosed('ended by us');
  }

  /** As if the venue cut it. */
  cut(): void {
    this.isEnded = true;
    this.listener.onClosed('1006');
  }
}

export class FakeNetwork {
  readonly sockets: FakeSocket[] = [];
  readonly open: SocketOpener = (target, listener) => {
    const socket = new FakeSocket(target, listener);
    this.sockets.push(socket);
    return socket;
  };

  get last(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }
}
