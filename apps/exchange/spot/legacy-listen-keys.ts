/**
 * Listen keys of spot, retired by the venue on 2026-02-20: served with `--legacy` only, for clients that
 * have not moved yet. Events come without an envelope.
 */
import { createHash } from 'node:crypto';
import type {
  OpenSocket,
  Operation,
  OutgoingLine,
  PrivateEvents,
  SocketDoor,
} from '#apps/exchange/api/operation.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { SpotEvent } from './spot-events.ts';

const LIFE_MICROS = 3_600_000_000;
const PATH = '/api/v3/userDataStream';
const MESSAGES_PER_SECOND_MAX = 5;

interface ListenKey {
  readonly key: string;
  readonly accountId: number;
  expiresMicros: number;
  readonly lines: Set<OutgoingLine>;
}

export class LegacyListenKeys implements SocketDoor, PrivateEvents {
  readonly kind = 'PRIVATE_STREAM';
  readonly messagesPerSecondMax = MESSAGES_PER_SECOND_MAX;
  private readonly keys = new Map<string, ListenKey>();
  private readonly nowMicros: () => number;

  constructor(nowMicros: () => number) {
    this.nowMicros = nowMicros;
  }

  /** Paths are `/ws/KEY` and `/stream?streams=KEY`. */
  serves(url: URL): boolean {
    return this.find(url) !== undefined;
  }

  open(line: OutgoingLine, url: URL): OpenSocket {
    const found = this.find(url);
    if (found === undefined) throw new VenueError(404, -1125, 'This listenKey does not exist.');
    found.lines.add(line);
    return {
      onText: () => line.send('{"result":null,"id":null}'),
      onBinary: () => undefined,
      onClose: () => found.lines.delete(line),
    };
  }

  send(accountId: number, event: SpotEvent): void {
    for (const key of this.keys.values()) {
      if (key.accountId !== accountId || key.lines.size === 0) continue;
      const frame = JSON.stringify(event);
      for (const line of key.lines) line.send(frame);
    }
  }

  operations(): readonly Operation[] {
    const shared = {
      security: 'KEY',
      readOnly: true,
      weight: () => 2,
      freeWhenDone: false,
      orders: () => 0,
    } as const;
    return [
      {
        ...shared,
        rest: { method: 'POST', path: PATH },
        socketMethod: 'userDataStream.start',
        run: ({ accountId }) => ({ listenKey: this.start(accountId).key }),
        note: 'legacy: retired 2026-02-20',
      },
      {
        ...shared,
        rest: { method: 'PUT', path: PATH },
        socketMethod: 'userDataStream.ping',
        run: ({ accountId, parameters }) => {
          const key = this.owned(accountId, parameters.required('listenKey'));
          key.expiresMicros = this.nowMicros() + LIFE_MICROS;
          return {};
        },
        note: 'legacy: retired 2026-02-20',
      },
      {
        ...shared,
        rest: { method: 'DELETE', path: PATH },
        socketMethod: 'userDataStream.stop',
        run: ({ accountId, parameters }) => {
          const key = this.owned(accountId, parameters.required('listenKey'));
          this.keys.delete(key.key);
          for (const line of key.lines) line.close(1000, 'listenKey closed');
          return {};
        },
        note: 'legacy: retired 2026-02-20',
      },
    ];
  }

  /** The account's key; a new one when it has none that lives. */
  private start(accountId: number): ListenKey {
    const now = this.nowMicros();
    for (const key of this.keys.values()) {
      if (key.accountId !== accountId) continue;
      if (key.expiresMicros > now) {
        key.expiresMicros = now + LIFE_MICROS;
        return key;
      }
      this.keys.delete(key.key);
    }
    const text = createHash('sha256').update(`listen key ${accountId} ${now}`).digest('hex');
    const key = {
      key: text,
      accountId,
      expiresMicros: now + LIFE_MICROS,
      lines: new Set<OutgoingLine>(),
    };
    this.keys.set(text, key);
    return key;
  }

  private owned(accountId: number, text: string): ListenKey {
    const key = this.living(text);
    if (key === undefined || key.accountId !== accountId) {
      throw new VenueError(400, -1125, 'This listenKey does not exist.');
    }
    return key;
  }

  private find(url: URL): ListenKey | undefined {
    if (url.pathname === '/stream') return this.living(url.searchParams.get('streams') ?? '');
    return url.pathname.startsWith('/ws/') ? this.living(url.pathname.slice(4)) : undefined;
  }

  private living(text: string): ListenKey | undefined {
    const key = this.keys.get(text);
    return key !== undefined && key.expiresMicros > this.nowMicros() ? key : undefined;
  }
}
