/**
 * A small venue on this machine: public streams and snapshots of one quiet market, spot and perpetual,
 * from its own few lines. Not the venue simulator: only what a feed needs to be tried.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { bundledExchangeInfo } from '#adapters/binance/exchange-info/exchange-info.ts';
import { Market } from '#contracts/instrument.ts';

const BEAT_MILLIS = 20;
const FIRST_ID = 1_000;

interface Client {
  readonly socket: WebSocket;
  readonly isPerpetual: boolean;
  readonly streams: readonly string[];
}

export class VenueServer {
  private readonly server: Server;
  private readonly sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  private readonly clients = new Set<Client>();
  private beat: NodeJS.Timeout | null = null;
  private updateId = FIRST_ID;

  constructor() {
    this.server = createServer((request, response) => {
      const body = this.answer(request.url ?? '');
      response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
      response.end(body ?? '{"code":-1,"msg":"no such path"}');
    });
    this.server.on('upgrade', (request, socket, head) => {
      this.sockets.handleUpgrade(request, socket, head, (client) =>
        this.join(client, decodeURIComponent(request.url ?? '')),
      );
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.beat = setInterval(() => this.publish(), BEAT_MILLIS);
    return (this.server.address() as AddressInfo).port;
  }

  /** Cuts one connection of the spot market, or all. */
  cut(which: 'one' | 'all'): void {
    for (const client of this.clients) {
      if (client.isPerpetual) continue;
      client.socket.terminate();
      if (which === 'one') return;
    }
  }

  async close(): Promise<void> {
    if (this.beat !== null) clearInterval(this.beat);
    for (const { socket } of this.clients) socket.terminate();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(socket: WebSocket, url: string): void {
    const streams = (url.split('streams=')[1] ?? '').split('/');
    const client: Client = { socket, streams, isPerpetual: !url.startsWith('/stream') };
    this.clients.add(client);
    socket.on('close', () => this.clients.delete(client));
    socket.on('message', (data) => {
      const { id } = JSON.parse(String(data)) as { id: number };
      socket.send(JSON.stringify({ result: null, id }));
    });
  }

  private publish(): void {
    const first = this.updateId + 1;
    this.updateId += 3;
    const last = this.updateId;
    const now = Date.now();
    for (const { socket, isPerpetual, streams } of this.clients) {
      for (const stream of streams) {
        const data = payload(stream, isPerpetual, { first, last, now });
        if (data !== null) socket.send(`{"stream":"${stream}","data":${data}}`);
      }
    }
  }

  private answer(url: string): string | null {
    const [path] = url.split('?');
    if (path === '/api/v3/exchangeInfo') return JSON.stringify(bundledExchangeInfo(Market.SPOT));
    if (path === '/fapi/v1/exchangeInfo') {
      return JSON.stringify(bundledExchangeInfo(Market.PERPETUAL));
    }
    const id = this.updateId;
    const lots = lotsAt(id);
    if (path === '/api/v3/depth') {
      return `{"lastUpdateId":${id},"bids":[["0.16233000","${lots}.00000000"]],"asks":[["0.16234000","53000.00000000"]]}`;
    }
    if (path === '/fapi/v1/depth') {
      const now = Date.now();
      return `{"lastUpdateId":${id},"E":${now},"T":${now},"bids":[["0.162310","${lots}"]],"asks":[["0.162330","88110"]]}`;
    }
    return null;
  }
}

function payload(
  stream: string,
  isPerpetual: boolean,
  { first, last, now }: { first: number; last: number; now: number },
): string | null {
  const lots = lotsAt(last);
  switch (stream.split('@')[1]) {
    case 'depth':
      return isPerpetual
        ? `{"e":"depthUpdate","E":${now},"T":${now},"s":"DOGEUSDT","U":${first},"u":${last},"pu":${first - 1},"b":[["0.162310","${lots}"]],"a":[]}`
        : `{"e":"depthUpdate","E":${now},"s":"DOGEUSDT","U":${first},"u":${last},"b":[["0.16233000","${lots}.00000000"]],"a":[]}`;
    case 'bookTicker':
      return isPerpetual
        ? `{"e":"bookTicker","u":${last},"E":${now},"T":${now},"s":"DOGEUSDT","b":"0.162310","B":"${lots}","a":"0.162330","A":"88110"}`
        : `{"u":${last},"s":"DOGEUSDT","b":"0.16233000","B":"${lots}.00000000","a":"0.16234000","A":"53000.00000000"}`;
    case 'trade':
      return `{"e":"trade","E":${now},"s":"DOGEUSDT","t":${(last - FIRST_ID) / 3},"p":"0.16234000","q":"15.00000000","T":${now},"m":false,"M":true}`;
    case 'markPrice':
      return `{"e":"markPriceUpdate","E":${now},"s":"DOGEUSDT","p":"0.16231500","i":"0.16230000","P":"0.16241100","r":"0.00010000","T":${now + 3_600_000}}`;
    default:
      return null;
  }
}

function lotsAt(updateId: number): number {
  return 40_000 + (updateId % 100);
}
