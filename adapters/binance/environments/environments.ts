/**
 * Where the venue is, by environment. One table, so that URLs of two environments never mix.
 * Source: Binance API documentation, spot and USD-M, 2026.
 */

export const ENVIRONMENT_NAMES = ['testnet', 'demo', 'production'] as const;
export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];

/** Bases of one market's URLs, without a path and without a slash at the end. */
export interface MarketAddresses {
  readonly rest: string;
  /** Two hosts or ports that fail independently where the venue offers them; twice the same where not. */
  readonly streams: readonly [string, string];
  /** With its path. */
  readonly webSocketApi: string;
}

export interface SpotAddresses extends MarketAddresses {
  /** Binary streams; they ask for an Ed25519 key. */
  readonly binaryStreams: string;
}

export interface Environment {
  readonly name: EnvironmentName | 'custom';
  readonly spot: SpotAddresses;
  readonly usdm: MarketAddresses;
}

const ENVIRONMENTS: Readonly<Record<EnvironmentName, Environment>> = {
  testnet: {
    name: 'testnet',
    spot: {
      rest: 'https://testnet.binance.vision',
      streams: [
        'wss://stream.testnet.binance.vision:9443',
        'wss://stream.testnet.binance.vision:443',
      ],
      webSocketApi: 'wss://ws-api.testnet.binance.vision/ws-api/v3',
      binaryStreams: 'wss://stream-sbe.testnet.binance.vision',
    },
    usdm: {
      rest: 'https://testnet.binancefuture.com',
      streams: ['wss://fstream.binancefuture.com', 'wss://fstream.binancefuture.com'],
      webSocketApi: 'wss://testnet.binancefuture.com/ws-fapi/v1',
    },
  },
  demo: {
    name: 'demo',
    spot: {
      rest: 'https://demo-api.binance.com',
      streams: ['wss://demo-stream.binance.com:9443', 'wss://demo-stream.binance.com:443'],
      webSocketApi: 'wss://demo-ws-api.binance.com/ws-api/v3',
      binaryStreams: 'wss://demo-stream-sbe.binance.com',
    },
    usdm: {
      rest: 'https://demo-fapi.binance.com',
      streams: ['wss://demo-fstream.binance.com', 'wss://demo-fstream.binance.com'],
      webSocketApi: 'wss://testnet.binancefuture.com/ws-fapi/v1',
    },
  },
  production: {
    name: 'production',
    spot: {
      rest: 'https://api.binance.com',
      streams: ['wss://stream.binance.com:9443', 'wss://stream.binance.com:443'],
      webSocketApi: 'wss://ws-api.binance.com:443/ws-api/v3',
      binaryStreams: 'wss://stream-sbe.binance.com:9443',
    },
    usdm: {
      rest: 'https://fapi.binance.com',
      streams: ['wss://fstream.binance.com', 'wss://fstream.binance.com'],
      webSocketApi: 'wss://ws-fapi.binance.com/ws-fapi/v1',
    },
  },
};

export function environmentOf(name: EnvironmentName): Environment {
  return ENVIRONMENTS[name];
}

/** What may stand in the place of an environment: servers that speak the same protocol. */
export interface CustomBases {
  readonly spotRest?: string;
  readonly spotStreams?: string;
  /** With its path: `ws://127.0.0.1:8081/ws-api/v3`. */
  readonly spotWsApi?: string;
  readonly spotSbe?: string;
  readonly usdmRest?: string;
  readonly usdmStreams?: string;
  /** With its path: `ws://127.0.0.1:8082/ws-fapi/v1`. */
  readonly usdmWsApi?: string;
}

const BASE_NAMES: readonly (keyof CustomBases)[] = [
  'spotRest',
  'spotStreams',
  'spotWsApi',
  'spotSbe',
  'usdmRest',
  'usdmStreams',
  'usdmWsApi',
];

/** The environment with some bases replaced. Its name is then `custom`, whatever it was. */
export function withBases(environment: Environment, bases: CustomBases): Environment {
  if (BASE_NAMES.every((name) => bases[name] === undefined)) return environment;
  const pair = (base: string | undefined, old: readonly [string, string]) =>
    base === undefined ? old : ([bare(base), bare(base)] as const);
  const { spot, usdm } = environment;
  return {
    name: 'custom',
    spot: {
      ...spot,
      rest: bare(bases.spotRest ?? spot.rest),
      streams: pair(bases.spotStreams, spot.streams),
      webSocketApi: bare(bases.spotWsApi ?? spot.webSocketApi),
      binaryStreams: bare(bases.spotSbe ?? spot.binaryStreams),
    },
    usdm: {
      ...usdm,
      rest: bare(bases.usdmRest ?? usdm.rest),
      streams: pair(bases.usdmStreams, usdm.streams),
      webSocketApi: bare(bases.usdmWsApi ?? usdm.webSocketApi),
    },
  };
}

function bare(base: string): string {
  return base.replace(/\/+$/, '');
}

/** True when every address is on this host: a simulator, where no money moves. */
export function isOnThisHost(environment: Environment): boolean {
  const { spot, usdm } = environment;
  const urls = [
    ...[spot.rest, ...spot.streams, spot.webSocketApi],
    ...[usdm.rest, ...usdm.streams, usdm.webSocketApi],
  ];
  return urls.every((url) => LOOPBACK.has(new URL(url).hostname));
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
