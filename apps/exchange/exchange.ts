/**
 * Puts the exchange together and serves it: one port a market, doors told apart by path. A part (a
 * table of operations and socket doors) is added to its market's list below, and is served.
 */
import type { Accounts } from './accounts/accounts.ts';
import { adminDoor } from './admin/admin.ts';
import type { ExchangeServices, MarketParts } from './api/exchange-services.ts';
import type { Operation } from './api/operation.ts';
import type { RateLimitTable } from './api/rate-limit-table.ts';
import type { Faults } from './faults/faults.ts';
import type { ExchangeMarkets } from './market/symbol-market.ts';
import { openPublicData } from './public-data/public-data.ts';
import { ListeningPort } from './server/listening-port.ts';
import { SPOT_PROFILE, USDM_PROFILE } from './server/market-profile.ts';
import { MarketServer, type MarketServerOptions } from './server/market-server.ts';
import { RequestGate } from './server/request-gate.ts';
import { UserDataHub } from './server/user-data-hub.ts';
import { openSpot } from './spot/spot.ts';
import { openUsdm } from './usdm/usdm.ts';

export interface ExchangeOptions {
  readonly markets: ExchangeMarkets;
  readonly accounts: Accounts;
  readonly faults: Faults;
  /** 0: any free one. */
  readonly portSpot: number;
  readonly portUsdm: number;
  /** The binary streams of spot: a port of their own, as their paths are those of the text streams. */
  readonly portSbe: number;
  readonly portAdmin: number;
  /** True: what the venue has retired is served too. */
  readonly isLegacy: boolean;
  /** In the place of the venue's own limits. */
  readonly spotLimits?: RateLimitTable;
  readonly usdmLimits?: RateLimitTable;
  /** Told of errors that are ours, not the caller's. */
  onProblem(error: unknown): void;
}

/** Base URLs without the paths that clients add; those of the WebSocket APIs are whole. */
export interface ExchangeAddresses {
  readonly spot: {
    readonly rest: string;
    readonly streams: string;
    readonly wsApi: string;
    readonly sbe: string;
  };
  readonly usdm: { readonly rest: string; readonly streams: string; readonly wsApi: string };
  readonly admin: string;
}

export interface RunningExchange {
  readonly addresses: ExchangeAddresses;
  /** What is served, for the page about it. */
  readonly operations: { readonly spot: readonly Operation[]; readonly usdm: readonly Operation[] };
  close(): Promise<void>;
}

/** Serves until closed. Rejects with the system's error when a port is taken. */
export async function startExchange(options: ExchangeOptions): Promise<RunningExchange> {
  const { markets, accounts, faults } = options;
  const onProblem = (error: unknown): void => options.onProblem(error);
  const nowMicros = () => markets.nowMicros();
  const spotProfile = { ...SPOT_PROFILE, limits: options.spotLimits ?? SPOT_PROFILE.limits };
  const usdmProfile = { ...USDM_PROFILE, limits: options.usdmLimits ?? USDM_PROFILE.limits };
  const spotGate = new RequestGate({ accounts, faults, nowMicros, limits: spotProfile.limits });
  const usdmGate = new RequestGate({ accounts, faults, nowMicros, limits: usdmProfile.limits });
  const services: ExchangeServices = {
    markets,
    accounts,
    faults,
    spotOrders: spotGate.orders,
    usdmOrders: usdmGate.orders,
    isLegacy: options.isLegacy,
  };
  const userData = new UserDataHub();
  const data = openPublicData({
    markets,
    spotLimits: spotProfile.limits,
    usdmLimits: usdmProfile.limits,
    isLegacy: options.isLegacy,
    mayReadBinary: (apiKey) => accounts.keyOf(apiKey)?.kind === 'ED25519',
  });
  const spotParts = [...spotPartsOf(services, userData), data.spot];
  const usdmParts = [data.usdm, ...usdmPartsOf(services)];
  faults.bindLiveOrders(() => liveOrders([...spotParts, ...usdmParts]));
  const spotMarket = { profile: spotProfile, gate: spotGate };
  const usdmMarket = { profile: usdmProfile, gate: usdmGate };
  const shared = { accounts, faults, onProblem };
  const opened: { close(): Promise<void> }[] = [];
  const open = async (rest: Omit<MarketServerOptions, keyof typeof shared>) => {
    const server = await MarketServer.open({ ...shared, ...rest });
    opened.push(server);
    return server;
  };
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((each) => each.close()));
    markets.close();
  };
  try {
    const { portSpot, portUsdm, portSbe } = options;
    const spot = await open({ ...spotMarket, parts: spotParts, userData, port: portSpot });
    const usdm = await open({ ...usdmMarket, parts: usdmParts, userData: null, port: portUsdm });
    const sbe = await open({ ...spotMarket, parts: [data.sbe], userData: null, port: portSbe });
    const admin = await ListeningPort.open({
      port: options.portAdmin,
      sockets: null,
      answer: adminDoor({
        accounts,
        markets,
        faults,
        spot: { server: spot, parts: spotParts },
        usdm: { server: usdm, parts: usdmParts },
      }),
    });
    opened.push(admin);
    return {
      addresses: addressesOf(spot.authority, usdm.authority, sbe.authority, admin.authority),
      operations: { spot: operationsOf(spotParts), usdm: operationsOf(usdmParts) },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Trading on spot. */
function spotPartsOf(services: ExchangeServices, userData: UserDataHub): readonly MarketParts[] {
  return [openSpot(services, userData)];
}

/** Trading of perpetuals. */
function usdmPartsOf(services: ExchangeServices): readonly MarketParts[] {
  return [openUsdm(services)];
}

function operationsOf(parts: readonly MarketParts[]): readonly Operation[] {
  return parts.flatMap((part) => part.operations);
}

function liveOrders(parts: readonly MarketParts[]): number {
  return parts.reduce((sum, part) => sum + (part.liveOrderCount?.() ?? 0), 0);
}

function addressesOf(spot: string, usdm: string, sbe: string, admin: string): ExchangeAddresses {
  return {
    spot: {
      rest: `http://${spot}`,
      streams: `ws://${spot}`,
      wsApi: `ws://${spot}${SPOT_PROFILE.socketApiPath}`,
      sbe: `ws://${sbe}`,
    },
    admin: `http://${admin}/admin`,
    usdm: {
      rest: `http://${usdm}`,
      streams: `ws://${usdm}`,
      wsApi: `ws://${usdm}${USDM_PROFILE.socketApiPath}`,
    },
  };
}
