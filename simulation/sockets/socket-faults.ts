/** What the script does to sockets, frames and HTTP answers. With no window open everything passes. */
import { SeededRandom } from '#simulation/random/random.ts';
import type { DoorControl, DoorSocket } from './door-socket.ts';
import type { SocketFaultName } from './socket-fault-table.ts';
import type { SocketWindow } from './socket-script.ts';
import type { Reply } from './socket-shapes.ts';

export interface SocketFaultsOptions {
  readonly doors: DoorControl;
  readonly seed: number;
  /** An effect, when it happens, on a market. */
  readonly onFault: (name: SocketFaultName, instrument: number) => void;
}

const FAULT_STREAM = 578;
const TWICE_MICROS = 50_000;
const HTTP_FAULTS = ['http-answer-lost', 'http-503-unknown', 'http-503-failed'] as const;
const EXECUTION_UNKNOWN = 'Unknown error, please check your request or try again later.';

export class SocketFaults {
  private readonly options: SocketFaultsOptions;
  private readonly random: SeededRandom;
  private readonly open: SocketWindow[] = [];
  /** Clock refusals end with a measurement, whatever their window. */
  private readonly measuredAt = new Set<SocketWindow>();

  constructor(options: SocketFaultsOptions) {
    this.options = options;
    this.random = new SeededRandom(options.seed, FAULT_STREAM);
  }

  begin(window: SocketWindow): void {
    this.open.push(window);
    const { doors } = this.options;
    const { name, instrument: market } = window;
    switch (name) {
      case 'order-socket-cut':
      case 'logon-refused':
        this.cutAll(name, market, (one) => !one.isPrivate);
        return;
      case 'http-answer-lost':
      case 'http-503-unknown':
      case 'http-503-failed':
        // The fault itself is told with each answer that it strikes.
        for (const one of this.socketsOf(market, (socket) => !socket.isPrivate)) {
          doors.cut(one, '1006 the connection broke');
        }
        return;
      case 'private-channel-cut': {
        const channel = this.channelOf(window);
        this.cutAll(name, market, (one) => one.isPrivate && one.channel === channel);
        return;
      }
      case 'private-channels-cut':
        this.cutAll(name, market, (one) => one.isPrivate);
        return;
      case 'listen-key-expired':
        if (this.socketsOf(market, (one) => one.isPrivateAddress).length === 0) return;
        this.tell(name, market);
        doors.expireListenKey(market);
        return;
      case 'socket-shutdown':
        this.shutDown(window);
        return;
      default:
        return;
    }
  }

  end(window: SocketWindow): void {
    const place = this.open.indexOf(window);
    if (place >= 0) this.open.splice(place, 1);
    this.measuredAt.delete(window);
  }

  /** True when a socket may not open now. */
  refusesSocket(socket: DoorSocket): boolean {
    const { market, isPrivateAddress } = socket;
    if (!isPrivateAddress) return false;
    return this.refusesChannel(market);
  }

  /** True when a private channel may not be had now. One of two: the one that is there stays alone. */
  refusesChannel(market: number): boolean {
    if (this.find('private-channels-cut', market) !== null) return true;
    if (this.find('private-channel-cut', market) === null) return false;
    return this.socketsOf(market, (one) => one.isPrivate).length > 0;
  }

  refusesLogon({ market }: DoorSocket): boolean {
    const isRefused = this.find('logon-refused', market) !== null;
    if (isRefused) this.tell('logon-refused', market);
    return isRefused || HTTP_FAULTS.some((name) => this.find(name, market) !== null);
  }

  /** An answer on its way into the socket that asked. */
  answer(socket: DoorSocket, text: string, isAboutOrders: boolean): void {
    const late = isAboutOrders ? this.hits('answer-after-timeout', socket.market) : null;
    const { doors } = this.options;
    if (late !== null) doors.later(late.strength, () => doors.write(socket, text));
    else this.writeOrSpoil(socket, text);
  }

  /** A private event on its way into one channel. True when it arrives as it is. */
  frame(socket: DoorSocket, text: string): boolean {
    const { market, channel } = socket;
    const silent = channel === 0 ? 'primary-silent' : 'drop-copy-silent';
    const other = channel === 0 ? 'drop-copy-silent' : 'primary-silent';
    // With both of them silent nothing would tell that something is wrong.
    if (
      this.find(silent, market) !== null &&
      (channel === 0 || this.find(other, market) === null)
    ) {
      this.tell(silent, market);
      return false;
    }
    return this.writeOrSpoil(socket, text);
  }

  /** The refusal of a request that is not carried out, or null. */
  refusal(
    market: number,
    isHttp: boolean,
  ): { readonly status: number; readonly body: object } | null {
    const clock = this.find('clock-refused', market);
    if (clock !== null && !this.measuredAt.has(clock)) {
      this.tell('clock-refused', market);
      const msg = 'Timestamp for this request is outside of the recvWindow.';
      return { status: 400, body: { code: -1021, msg } };
    }
    if (!isHttp || this.hits('http-503-failed', market) === null) return null;
    return { status: 503, body: { code: 0, msg: 'Service Unavailable.' } };
  }

  /** An HTTP answer on its way: lost, or not the one that it was. */
  overHttp(market: number, reply: Reply): Reply {
    if (this.hits('http-answer-lost', market) !== null) return () => undefined;
    if (this.hits('http-503-unknown', market) === null) return reply;
    return () => reply(503, { code: -1007, msg: EXECUTION_UNKNOWN });
  }

  /** The client asked for the venue's time. */
  measured(market: number): void {
    const clock = this.find('clock-refused', market);
    if (clock !== null) this.measuredAt.add(clock);
  }

  private writeOrSpoil(socket: DoorSocket, text: string): boolean {
    const { doors } = this.options;
    if (this.hits('frame-damaged', socket.market) !== null) {
      const cut = Math.floor(text.length * this.random.uniform());
      doors.write(
        socket,
        this.random.uniform() < 0.5 ? text.slice(0, cut) : `${text.slice(0, cut)}\u0000}`,
      );
      return false;
    }
    doors.write(socket, text);
    if (this.hits('frame-doubled', socket.market) === null) return true;
    doors.later(TWICE_MICROS * this.random.uniform(), () => doors.write(socket, text));
    return true;
  }

  private shutDown(window: SocketWindow): void {
    const { doors } = this.options;
    const sockets = this.socketsOf(window.instrument, () => true);
    if (sockets.length === 0) return;
    this.tell('socket-shutdown', window.instrument);
    for (const one of sockets) doors.announceShutdown(one);
    doors.later(window.strength, () => {
      for (const one of sockets) doors.cut(one, '1001 the server goes away');
    });
  }

  private cutAll(name: SocketFaultName, market: number, fits: (one: DoorSocket) => boolean): void {
    const sockets = this.socketsOf(market, fits);
    if (sockets.length === 0) return;
    this.tell(name, market);
    for (const one of sockets) this.options.doors.cut(one, '1006 the connection broke');
  }

  private channelOf(window: SocketWindow): number {
    return window.fromMicros % 2;
  }

  private socketsOf(market: number, fits: (one: DoorSocket) => boolean): readonly DoorSocket[] {
    return this.options.doors.openSockets((one) => one.market === market && fits(one));
  }

  private find(name: SocketFaultName, market: number): SocketWindow | null {
    for (const window of this.open) {
      if (window.name === name && window.instrument === market) return window;
    }
    return null;
  }

  private hits(name: SocketFaultName, market: number): SocketWindow | null {
    const window = this.find(name, market);
    if (window === null || this.random.uniform() >= window.probability) return null;
    this.tell(name, market);
    return window;
  }

  private tell(name: SocketFaultName, market: number): void {
    this.options.onFault(name, market);
  }
}
