import type { SocketEar } from './socket-shapes.ts';

/** One socket at the venue's end. */
export class DoorSocket {
  readonly market: number;
  readonly isPrivateAddress: boolean;
  isOpen = false;
  isOver = false;
  /** It hears the account: by its address, or because it subscribed. */
  isPrivate = false;
  /** The first private channel of a market, then the second; -1: none. */
  channel = -1;
  readonly ear: SocketEar;

  constructor(market: number, isPrivateAddress: boolean, ear: SocketEar) {
    this.market = market;
    this.isPrivateAddress = isPrivateAddress;
    this.ear = ear;
  }
}

/** What can be done to sockets from the venue's end. */
export interface DoorControl {
  /** Sockets that are open now and fit. */
  openSockets(fits: (socket: DoorSocket) => boolean): readonly DoorSocket[];
  write(socket: DoorSocket, text: string): void;
  cut(socket: DoorSocket, reason: string): void;
  announceShutdown(socket: DoorSocket): void;
  expireListenKey(market: number): void;
  /** Not when the client is gone by then. */
  later(micros: number, work: () => void): void;
}
