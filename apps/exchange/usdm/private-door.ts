/** `/private`: user data of USD-M by listen key, in the address or subscribed to. */
import type { OpenSocket, OutgoingLine, SocketDoor } from '#apps/exchange/api/operation.ts';
import type { Json } from '#apps/exchange/api/venue-error.ts';
import {
  ControlError,
  controlAnswer,
  controlRefusal,
  readControl,
  readStreamNames,
} from '#apps/exchange/streams/stream-control.ts';
import type { KeyListener, ListenKeys } from './listen-keys.ts';
import type { PrivateEvent } from './usdm-events.ts';

const MESSAGES_PER_SECOND = 10;
const POLICY = 1008;
const PREFIX = '/private';

export function privateDoor(keys: ListenKeys, isLegacy: boolean): SocketDoor {
  return {
    kind: 'PRIVATE_STREAM',
    messagesPerSecondMax: MESSAGES_PER_SECOND,
    serves: (url) => url.pathname.startsWith(`${PREFIX}/`) || (isLegacy && isOldAddress(url)),
    open: (line, url) => new PrivateConnection(keys, line, url),
  };
}

/** Before April 2026 a listen key stood in the unrouted address. */
function isOldAddress({ pathname }: URL): boolean {
  return /^\/ws\/[0-9a-f]{64}$/.test(pathname);
}

class PrivateConnection implements OpenSocket, KeyListener {
  private readonly keys: ListenKeys;
  private readonly line: OutgoingLine;
  private readonly isCombined: boolean;
  /** Null: every event; else these alone. */
  private readonly wanted: ReadonlySet<string> | null;
  private readonly running = new Map<string, () => void>();

  constructor(keys: ListenKeys, line: OutgoingLine, url: URL) {
    this.keys = keys;
    this.line = line;
    const path = url.pathname.startsWith(PREFIX) ? url.pathname.slice(PREFIX.length) : url.pathname;
    this.isCombined = path === '/stream';
    const events = url.searchParams.get('events');
    this.wanted = events === null ? null : new Set(events.split('/'));
    for (const key of keysOf(url, path)) this.listen(key);
  }

  onEvent(event: PrivateEvent): void {
    if (this.wanted !== null && !this.wanted.has(event.e)) return;
    const [key = ''] = this.running.keys();
    this.line.send(JSON.stringify(this.isCombined ? { stream: key, data: event } : event));
  }

  onText(text: string): void {
    try {
      const request = readControl(text);
      this.line.send(controlAnswer(request.id, this.control(request)));
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      this.line.send(controlRefusal(error));
    }
  }

  onBinary(_bytes: Uint8Array): void {
    this.line.close(POLICY, 'Binary frames are not accepted');
  }

  onClose(): void {
    for (const stop of this.running.values()) stop();
    this.running.clear();
  }

  private control(request: ReturnType<typeof readControl>): Json {
    switch (request.method) {
      case 'SUBSCRIBE':
        for (const key of readStreamNames(request)) this.listen(key);
        return null;
      case 'UNSUBSCRIBE':
        for (const key of readStreamNames(request)) this.stop(key);
        return null;
      case 'LIST_SUBSCRIPTIONS':
        return [...this.running.keys()];
      default:
        return null;
    }
  }

  /** A key that is not alive is taken, and stays silent for ever. */
  private listen(key: string): void {
    if (this.running.has(key)) return;
    this.running.set(key, this.keys.listen(key, this) ?? (() => undefined));
  }

  private stop(key: string): void {
    this.running.get(key)?.();
    this.running.delete(key);
  }
}

function keysOf(url: URL, path: string): readonly string[] {
  const inPath = path.startsWith('/ws/') ? path.slice('/ws/'.length).split('/') : [];
  const asked = url.searchParams.get('listenKey');
  const streams = url.searchParams.get('streams')?.split('/') ?? [];
  return [...inPath, ...streams, ...(asked === null ? [] : [asked])].filter((key) => key !== '');
}
