/** Real sockets that a test can cut and keep from coming back, by what stands in their address. */
import {
  openWebSocket,
  type SocketOpener,
  type WireSocket,
} from '#adapters/connection/wire-socket.ts';

interface OpenOne {
  readonly url: string;
  readonly number: number;
  readonly socket: WireSocket;
}

export class CutSockets {
  private readonly open = new Set<OpenOne>();
  private isRefusing: (url: string) => boolean = () => false;
  private opened = 0;

  /** In the place of `openWebSocket`. */
  readonly opener: SocketOpener = (target, listener) => {
    this.opened += 1;
    if (this.isRefusing(target.url)) {
      queueMicrotask(() => listener.onClosed('refused by the test'));
      return { sendText: () => undefined, ping: () => undefined, end: () => undefined };
    }
    const one: { -readonly [Key in keyof OpenOne]: OpenOne[Key] } = {
      url: target.url,
      number: this.opened,
      socket: null as unknown as WireSocket,
    };
    one.socket = openWebSocket(target, {
      ...bound(listener),
      onClosed: (reason) => {
        this.open.delete(one);
        listener.onClosed(reason);
      },
    });
    this.open.add(one);
    return one.socket;
  };

  /** Sockets whose address has this in it, oldest first. */
  urls(part: string): readonly string[] {
    return [...this.open].filter(({ url }) => url.includes(part)).map(({ url }) => url);
  }

  /** Cuts the oldest `count` of them; returns how many there were to cut. */
  cut(part: string, count = Number.POSITIVE_INFINITY): number {
    const found = [...this.open].filter(({ url }) => url.includes(part)).slice(0, count);
    for (const { socket } of found) socket.end();
    return found.length;
  }

  /** From now on nothing with this in its address comes up; null: everything does. */
  refuse(part: string | null): void {
    this.isRefusing = part === null ? () => false : (url) => url.includes(part);
  }
}

type Listener = Parameters<SocketOpener>[1];

function bound(listener: Listener): Listener {
  return {
    onOpen: () => listener.onOpen(),
    onFrame: (bytes, isBinary) => listener.onFrame(bytes, isBinary),
    onPing: () => listener.onPing(),
    onPong: () => listener.onPong(),
    onClosed: (reason) => listener.onClosed(reason),
  };
}
