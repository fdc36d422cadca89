/** A market server around any operations and doors, on a clock of wall time, for tests. */
import { createHmac, sign } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Accounts, ApiKey } from '#apps/exchange/accounts/accounts.ts';
import { demoAccounts } from '#apps/exchange/accounts/demo-accounts.ts';
import type { MarketParts } from '#apps/exchange/api/exchange-services.ts';
import { Faults } from '#apps/exchange/faults/faults.ts';
import type { EpochMicros } from '#units/integers.ts';
import { type MarketProfile, SPOT_PROFILE } from './market-profile.ts';
import { MarketServer } from './market-server.ts';
import { RequestGate } from './request-gate.ts';
import { UserDataHub } from './user-data-hub.ts';

export interface TestServer {
  readonly server: MarketServer;
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly userData: UserDataHub;
  readonly problems: unknown[];
  readonly base: string;
  key(name: string): ApiKey;
  close(): Promise<void>;
}

export async function openTestServer(options: {
  readonly parts: readonly MarketParts[];
  readonly profile?: MarketProfile;
  readonly faults?: Faults;
}): Promise<TestServer> {
  const accounts = demoAccounts(['DOGE', 'USDT'], 1);
  const faults = options.faults ?? Faults.none();
  const profile = options.profile ?? SPOT_PROFILE;
  const nowMicros = (): EpochMicros => (Date.now() * 1_000) as EpochMicros;
  const gate = new RequestGate({ accounts, faults, nowMicros, limits: profile.limits });
  const userData = new UserDataHub();
  const problems: unknown[] = [];
  const server = await MarketServer.open({
    profile,
    gate,
    accounts,
    faults,
    parts: options.parts,
    userData,
    port: 0,
    onProblem: (error) => problems.push(error),
  });
  return {
    server,
    accounts,
    faults,
    userData,
    problems,
    base: `http://${server.authority}`,
    key: (name) => accounts.allKeys.find((key) => key.name === name) as ApiKey,
    close: () => server.close(),
  };
}

/** Signs a text as the key's owner would. */
export function signText(key: ApiKey, text: string): string {
  if (key.kind === 'HMAC') return createHmac('sha256', key.secret).update(text).digest('hex');
  return sign(null, Buffer.from(text), key.privateKeyPem).toString('base64');
}

/** Query with time stamp and signature. */
export function signedQuery(key: ApiKey, query: string): string {
  const text = `${query}${query === '' ? '' : '&'}timestamp=${Date.now()}`;
  return `${text}&signature=${encodeURIComponent(signText(key, text))}`;
}

/** Parameters of a WebSocket API request with key, time stamp and signature. */
export function signedParameters(
  key: ApiKey,
  parameters: Readonly<Record<string, string | number | boolean>>,
): Record<string, string | number | boolean> {
  const all: Record<string, string | number | boolean> = {
    ...parameters,
    apiKey: key.apiKey,
    timestamp: Date.now(),
  };
  const text = Object.keys(all)
    .sort()
    .map((name) => `${name}=${all[name]}`)
    .join('&');
  return { ...all, signature: signText(key, text) };
}

// biome-ignore lint/suspicious/noExplicitAny: frames are read freely in tests
export type Frame = any;

/** A socket whose frames are read one by one. */
export class TestSocket {
  readonly socket: WebSocket;
  private readonly frames: Frame[] = [];
  private waiting: (() => void) | null = null;
  closeCode = 0;

  private constructor(url: string, headers: Record<string, string>) {
    this.socket = new WebSocket(url, { headers });
    this.socket.on('message', (data, isBinary) => {
      this.frames.push(isBinary ? data : JSON.parse(String(data)));
      this.waiting?.();
    });
    this.socket.on('close', (code) => {
      this.closeCode = code;
      this.waiting?.();
    });
  }

  /** Rejects with the handshake's refusal. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<TestSocket> {
    const opened = new TestSocket(url, headers);
    await new Promise<void>((resolve, reject) => {
      opened.socket.once('open', resolve);
      opened.socket.once('error', reject);
    });
    return opened;
  }

  /** The next frame; undefined once the socket is closed. */
  async next(): Promise<Frame> {
    while (this.frames.length === 0) {
      if (this.socket.readyState === WebSocket.CLOSED) return undefined;
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    }
    return this.frames.shift();
  }

  async ask(method: string, params: unknown, id: string | number = 'x'): Promise<Frame> {
    this.socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const frame = await this.next();
      if (frame === undefined || frame.id === id) return frame;
    }
  }

  close(): void {
    this.socket.close();
  }
}
