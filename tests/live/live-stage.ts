/** A live session of this process on an exchange of this process, over real sockets. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf, withBases } from '#adapters/binance/environments/environments.ts';
import type { SocketOpener } from '#adapters/connection/wire-socket.ts';
import { Ed25519Signer } from '#adapters/signing/signing.ts';
import { loadFromOptions } from '#apps/cli/config-options.ts';
import { demoAccounts } from '#apps/exchange/accounts/demo-accounts.ts';
import { type RunningExchange, startExchange } from '#apps/exchange/exchange.ts';
import { Faults } from '#apps/exchange/faults/faults.ts';
import { type ListedSymbol, listedSymbol } from '#apps/exchange/market/exchange-instruments.ts';
import { SyntheticMarkets } from '#apps/exchange/market/synthetic-markets.ts';
import { openLive } from '#compose/live.ts';
import type { TradingSession } from '#compose/trading-session.ts';
import { hostWays } from '#compose/venue-paper.ts';
import type { StageProbe } from '#contracts/edge-ports.ts';
import type { EpochMicros } from '#units/integers.ts';
import { CutSockets } from './cut-sockets.ts';

const SYMBOL = 'DOGEUSDT';
const PACE_MILLIS = 5;
const KEY = 'demo-1-ed25519';
const NO_PROBE: StageProbe = {
  begin: () => undefined,
  mark: () => undefined,
  end: () => undefined,
};

export interface LiveStage {
  readonly session: TradingSession;
  readonly exchange: RunningExchange;
  readonly faults: Faults;
  readonly sockets: CutSockets;
  readonly directory: string;
  readonly notes: readonly string[];
  /** Own orders in the exchange's books, by its own count. */
  openOrders(): Promise<{ readonly spot: number; readonly usdm: number }>;
  /** Runs until `isTrue`, which is asked every few milliseconds; throws after the limit. */
  until(
    what: string,
    isTrue: () => boolean | Promise<boolean>,
    limitMillis?: number,
  ): Promise<number>;
  run(millis: number): Promise<void>;
  /** Orderly end of the session, then of the exchange. Returns how many orders were left. */
  close(): Promise<number>;
}

export interface LiveStageOptions {
  readonly seed?: number;
  /** `path=value`, as `--set` takes them. */
  readonly set?: readonly string[];
  /** Stands around the opener of sockets: to measure what goes in and out. */
  readonly aroundSockets?: (open: SocketOpener) => SocketOpener;
}

/** Starts both and returns when the session has begun. */
export async function openLiveStage(options: LiveStageOptions = {}): Promise<LiveStage> {
  const seed = options.seed ?? 1;
  const accounts = demoAccounts(['DOGE', 'USDT'], seed);
  const faults = new Faults({ seed, names: [] });
  const markets = new SyntheticMarkets({
    symbols: [listedSymbol(SYMBOL) as ListedSymbol],
    seed,
    wallMicros: () => (Date.now() * 1_000) as EpochMicros,
  });
  const exchange = await startExchange({
    ...{ markets, accounts, faults, portSpot: 0, portUsdm: 0, portSbe: 0, portAdmin: 0 },
    isLegacy: false,
    onProblem: (error) => {
      throw error;
    },
  });
  const { spot, usdm } = exchange.addresses;
  const environment = withBases(environmentOf('testnet'), {
    spotRest: spot.rest,
    spotStreams: spot.streams,
    spotWsApi: spot.wsApi,
    spotSbe: spot.sbe,
    usdmRest: usdm.rest,
    usdmStreams: usdm.streams,
    usdmWsApi: usdm.wsApi,
  });
  const key = accounts.allKeys.find(({ name }) => name === KEY);
  if (key === undefined) throw new Error(`no key ${KEY}`);
  const signer = new Ed25519Signer(key.apiKey, key.privateKeyPem);
  const sockets = new CutSockets();
  const notes: string[] = [];
  const onNote = (note: string): void => void notes.push(note);
  const directory = join(mkdtempSync(join(tmpdir(), 'doge-mm-stage-')), 'session');
  const session = await openLive({
    loaded: loadFromOptions({
      profile: 'naive-touch',
      set: [`session.directory=${join(directory, '..')}`, ...(options.set ?? [])],
    }),
    environment,
    signers: [signer, signer],
    directory,
    build: 'test',
    probe: NO_PROBE,
    onNote,
    ways: {
      ...hostWays(environment, onNote),
      open: options.aroundSockets?.(sockets.opener) ?? sockets.opener,
    },
  });
  session.start();
  return stageOf({ session, exchange, faults, sockets, directory, notes });
}

type Parts = Pick<LiveStage, 'session' | 'exchange' | 'faults' | 'sockets' | 'directory' | 'notes'>;

function stageOf(parts: Parts): LiveStage {
  const { session, exchange } = parts;
  const step = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, PACE_MILLIS));
    const wall = session.world.wallMicros?.() ?? session.nowMicros;
    session.runUntil(Math.max(wall, session.nowMicros) as EpochMicros);
  };
  const run = async (millis: number): Promise<void> => {
    const end = performance.now() + millis;
    while (performance.now() < end) await step();
  };
  return {
    ...parts,
    run,
    async openOrders() {
      const answer = await fetch(exchange.addresses.admin);
      const { spot, usdm } = (await answer.json()) as Record<
        'spot' | 'usdm',
        { readonly openOrders: number }
      >;
      return { spot: spot.openOrders, usdm: usdm.openOrders };
    },
    async until(what, isTrue, limitMillis = 15_000) {
      const startedAt = performance.now();
      while (!(await isTrue())) {
        if (performance.now() - startedAt > limitMillis) {
          throw new Error(
            `${what}: not within ${limitMillis} ms; ${parts.notes.slice(-5).join(' | ')}`,
          );
        }
        await step();
      }
      return performance.now() - startedAt;
    },
    async close() {
      const steps = session.shutDownSteps();
      for (let next = steps.next(); next.done !== true; next = steps.next()) {
        while (session.nowMicros < next.value) await step();
      }
      const left = (await session.world.confirmRest?.()) ?? session.openOrderCount;
      session.close();
      await exchange.close();
      return left;
    },
  };
}
