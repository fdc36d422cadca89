/**
 * The WebSocket side of one port: finds the door of a path, keeps the heartbeat, counts what comes in,
 * ends connections after a day.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { OpenSocket, SocketDoor } from '#apps/exchange/api/operation.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { Faults } from '#apps/exchange/faults/faults.ts';
import type { MarketProfile } from './market-profile.ts';
import { OutgoingSocket } from './outgoing-socket.ts';
import { addressOf } from './remote-address.ts';
import type { RequestGate } from './request-gate.ts';

const FRAME_BYTES_MAX = 256 * 1024;
const CONTROL_FRAMES_PER_SECOND_MAX = 5;
const SHUTDOWN_NOTICE_MILLIS = 2_000;
/** RFC 6455: policy violation, going away, internal error. */
const POLICY = 1008;
const GOING_AWAY = 1001;
const INTERNAL = 1011;

interface Connection {
  readonly socket: WebSocket;
  readonly line: OutgoingSocket;
  readonly door: SocketDoor;
  readonly url: URL;
  readonly openedMillis: number;
  open: OpenSocket;
  pingSentMillis: number;
  /** When the oldest PING without an answer left; 0: all are answered. */
  unansweredSinceMillis: number;
  frameSecond: number;
  frames: number;
}

export interface SocketShellOptions {
  readonly profile: MarketProfile;
  readonly doors: readonly SocketDoor[];
  readonly gate: RequestGate;
  readonly faults: Faults;
  onProblem(error: unknown): void;
}

export class SocketShell {
  private readonly options: SocketShellOptions;
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: false,
    clientTracking: false,
  });
  private readonly connections = new Set<Connection>();
  private readonly heartbeat: NodeJS.Timeout;
  private readonly shutdownTimers = new Set<NodeJS.Timeout>();

  constructor(options: SocketShellOptions) {
    this.options = options;
    const { pingEveryMillis } = options.profile;
    this.heartbeat = setInterval(() => this.beat(), Math.min(1_000, pingEveryMillis / 4));
    this.heartbeat.unref();
  }

  get connectionCount(): number {
    return this.connections.size;
  }

  /** Takes one `upgrade` of the HTTP server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const url = parseUrl(request);
    const door = url === null ? undefined : this.options.doors.find((each) => each.serves(url));
    if (url === null || door === undefined) {
      refuse(socket, new VenueError(404, -1000, 'Not Found'));
      return;
    }
    const address = addressOf(request.socket.remoteAddress);
    const line = new OutgoingSocket(this.options.faults, door.kind);
    let open: OpenSocket;
    try {
      this.options.gate.addresses.connect(address, this.options.gate.nowMicros());
      open = door.open(line, url, request.headers, address);
    } catch (error) {
      if (!(error instanceof VenueError)) this.options.onProblem(error);
      refuse(
        socket,
        error instanceof VenueError ? error : new VenueError(500, -1000, 'Internal error'),
      );
      return;
    }
    let isAttached = false;
    socket.once('close', () => {
      if (!isAttached) open.onClose();
    });
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      isAttached = true;
      this.attach(webSocket, line, door, url, open);
    });
  }

  /** Cuts every connection whose path starts with `path`, without a word; returns how many. */
  cutAll(path = '/'): number {
    const found = [...this.connections].filter((each) => each.url.pathname.startsWith(path));
    for (const connection of found) connection.line.cut();
    return found.length;
  }

  /** Tells every connection that the server goes away, and closes it a little later; returns how many. */
  announceShutdown(): number {
    for (const connection of this.connections) this.shutDown(connection);
    return this.connections.size;
  }

  close(): void {
    clearInterval(this.heartbeat);
    for (const timer of this.shutdownTimers) clearTimeout(timer);
    for (const connection of this.connections) connection.line.cut();
    this.server.close();
  }

  private attach(
    socket: WebSocket,
    line: OutgoingSocket,
    door: SocketDoor,
    url: URL,
    open: OpenSocket,
  ): void {
    const now = Date.now();
    const connection: Connection = {
      socket,
      line,
      door,
      url,
      openedMillis: now,
      open,
      pingSentMillis: now,
      unansweredSinceMillis: 0,
      frameSecond: 0,
      frames: 0,
    };
    this.connections.add(connection);
    socket.on('message', (data, isBinary) => this.onMessage(connection, data, isBinary));
    socket.on('ping', () => this.isWithinLimit(connection, true));
    socket.on('pong', () => this.onPong(connection));
    // A broken frame or a reset: `ws` closes the socket itself, and `close` follows.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.onClose(connection));
    line.attach(socket);
  }

  private onMessage(connection: Connection, data: RawData, isBinary: boolean): void {
    if (!this.isWithinLimit(connection, false)) return;
    try {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.concat(data as Buffer[]);
      if (isBinary) connection.open.onBinary(bytes);
      else connection.open.onText(bytes.toString('utf8'));
    } catch (error) {
      this.options.onProblem(error);
      connection.line.close(INTERNAL, 'Internal error');
    }
  }

  private onPong(connection: Connection): void {
    if (!this.isWithinLimit(connection, true)) return;
    if (this.options.faults.strikes('PONG_UNHEARD')) {
      connection.line.cut();
      return;
    }
    connection.unansweredSinceMillis = 0;
  }

  private onClose(connection: Connection): void {
    if (!this.connections.delete(connection)) return;
    connection.line.end();
    try {
      connection.open.onClose();
    } catch (error) {
      this.options.onProblem(error);
    }
  }

  /** Counts one incoming frame; false: too many, the venue hung up. */
  private isWithinLimit(connection: Connection, isControl: boolean): boolean {
    const limit = connection.door.messagesPerSecondMax;
    if (limit === undefined && !isControl) return true;
    const second = Math.floor(Date.now() / 1_000);
    if (connection.frameSecond !== second) {
      connection.frameSecond = second;
      connection.frames = 0;
    }
    connection.frames += 1;
    if (connection.frames <= (limit ?? CONTROL_FRAMES_PER_SECOND_MAX)) return true;
    connection.line.close(POLICY, 'Too many requests');
    return false;
  }

  private beat(): void {
    const now = Date.now();
    const { pingEveryMillis, pongWithinMillis, connectionLifeMillis } = this.options.profile;
    for (const connection of this.connections) {
      const { unansweredSinceMillis } = connection;
      if (unansweredSinceMillis > 0 && now - unansweredSinceMillis > pongWithinMillis) {
        connection.line.close(POLICY, 'Pong timeout');
      } else if (now - connection.openedMillis > connectionLifeMillis) {
        connection.line.close(POLICY, 'disconnected');
      } else if (now - connection.pingSentMillis >= pingEveryMillis) {
        this.ping(connection, now);
      }
    }
  }

  private ping(connection: Connection, now: number): void {
    connection.pingSentMillis = now;
    if (this.options.faults.strikes('SHUTDOWN_NOTICE')) {
      this.shutDown(connection);
      return;
    }
    if (connection.unansweredSinceMillis === 0) connection.unansweredSinceMillis = now;
    connection.socket.ping(String(now));
  }

  private shutDown(connection: Connection): void {
    const event = { e: 'serverShutdown', E: Date.now() };
    const isCombined = connection.url.pathname.endsWith('/stream');
    const frame =
      connection.door.kind === 'API'
        ? { event }
        : isCombined
          ? { stream: '!serverShutdown', data: event }
          : event;
    connection.socket.send(JSON.stringify(frame));
    const timer = setTimeout(() => {
      this.shutdownTimers.delete(timer);
      connection.line.close(GOING_AWAY, 'Server shutdown');
    }, SHUTDOWN_NOTICE_MILLIS);
    this.shutdownTimers.add(timer);
  }
}

function parseUrl(request: IncomingMessage): URL | null {
  return URL.canParse(request.url ?? '/', 'ws://127.0.0.1')
    ? new URL(request.url ?? '/', 'ws://127.0.0.1')
    : null;
}

function refuse(socket: Duplex, error: VenueError): void {
  const body = JSON.stringify({ code: error.code, msg: error.message });
  socket.end(
    `HTTP/1.1 ${error.status} Refused\r\ncontent-type: application/json\r\nconnection: close\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
