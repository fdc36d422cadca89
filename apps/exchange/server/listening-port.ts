/** One listening port: an HTTP server for operations, and the sockets behind it. Loopback only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addressOf } from './remote-address.ts';
import type { RestAnswer, RestRequest } from './rest-door.ts';
import type { SocketShell } from './socket-shell.ts';

const BODY_BYTES_MAX = 64 * 1024;
const REQUEST_TIMEOUT_MILLIS = 10_000;
const KEEP_ALIVE_MILLIS = 65_000;
const CONNECTIONS_MAX = 2_000;
const HOST = '127.0.0.1';

export interface PortOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly sockets: SocketShell | null;
  answer(request: RestRequest): RestAnswer;
}

export class ListeningPort {
  private readonly server: Server;
  private readonly options: PortOptions;

  private constructor(options: PortOptions) {
    this.options = options;
    this.server = createServer({ requestTimeout: REQUEST_TIMEOUT_MILLIS }, (request, response) =>
      this.onRequest(request, response),
    );
    this.server.maxConnections = CONNECTIONS_MAX;
    // Longer than clients keep idle sockets: a request must not meet a socket that is being closed.
    this.server.keepAliveTimeout = KEEP_ALIVE_MILLIS;
    this.server.on('upgrade', (request, socket, head) => {
      if (options.sockets === null) socket.destroy();
      else options.sockets.upgrade(request, socket, head);
    });
    this.server.on('clientError', (_error, socket) => socket.destroy());
  }

  /** Rejects with the system's error when the port is taken. */
  static open(options: PortOptions): Promise<ListeningPort> {
    const port = new ListeningPort(options);
    return new Promise((resolve, reject) => {
      port.server.once('error', reject);
      port.server.listen(options.port, HOST, () => {
        port.server.off('error', reject);
        resolve(port);
      });
    });
  }

  /** `127.0.0.1:43211`. */
  get authority(): string {
    return `${HOST}:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.options.sockets?.close();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private onRequest(request: IncomingMessage, response: ServerResponse): void {
    // A client that goes away while it is answered is nobody's error.
    response.on('error', () => response.destroy());
    if (request.method === 'GET') {
      request.resume();
      this.answer(request, response, '');
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_BYTES_MAX) chunks.push(chunk);
    });
    request.on('error', () => response.destroy());
    request.on('end', () => {
      if (size <= BODY_BYTES_MAX) {
        this.answer(request, response, Buffer.concat(chunks).toString('utf8'));
        return;
      }
      response.writeHead(413, { 'content-type': 'text/plain', connection: 'close' });
      response.end('Request body too large');
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const answer = this.options.answer({
      method: request.method ?? 'GET',
      target: request.url ?? '/',
      body,
      headers: request.headers,
      address: addressOf(request.socket.remoteAddress),
    });
    if (answer.delayMillis > 0) setTimeout(() => send(response, answer), answer.delayMillis);
    else send(response, answer);
  }
}

function send(response: ServerResponse, answer: RestAnswer): void {
  if (answer.isLost) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': Buffer.byteLength(answer.body),
  });
  response.end(answer.body);
}
