/** The conformance table: what the exchange serves, and which client's suite drives it. */
import { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { Operation } from '#apps/exchange/api/operation.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import { type Exercised, readExercised, SUITES, type Suite } from './exercised.test-support.ts';

const TITLES: Readonly<Record<Suite, string>> = {
  'official-spot': '@binance/spot',
  'official-usdm': '@binance/derivatives-trading-usds-futures',
  binance: 'binance',
  ccxt: 'ccxt',
};

const CLIENT_NOTES: readonly string[] = [
  '## What the clients do wrong',
  '',
  '- The official clients take only TLS addresses when they are built; the base URL is changed right afterwards.',
  '- `binance` 3.6 sends `amendOrderKeepPriority` over REST to a path of USD-M: spot amends go over its WebSocket API.',
  '- `ccxt` 4.5 opens streams of USD-M, public and private, at the unrouted addresses retired in April 2026: it needs `--legacy`. It opens unencrypted',
  '  sockets only after `loadHttpProxyAgent()`.',
];

/** The whole page, as `docs/reference/exchange-conformance.md` holds it. */
export function conformanceTable(spot: readonly Operation[], usdm: readonly Operation[]): string {
  const done = new Map(SUITES.map((suite) => [suite, readExercised(suite)]));
  const by = (fits: (exercised: Exercised) => boolean): string =>
    SUITES.filter((suite) => fits(done.get(suite) as Exercised))
      .map((suite) => `\`${TITLES[suite]}\``)
      .join(', ');
  const everything = (pick: (exercised: Exercised) => readonly string[]): readonly string[] =>
    [...new Set([...done.values()].flatMap(pick))].sort();
  const operations = (market: 'spot' | 'usdm', table: readonly Operation[]): readonly string[] =>
    table.flatMap((operation) => {
      const { rest, socketMethod } = operation;
      const names = [rest === null ? '' : `${rest.method} ${rest.path}`, socketMethod ?? ''];
      return names
        .filter((name) => name !== '')
        .map((name) => {
          const clients = by((exercised) => exercised[market].answered.includes(name));
          return `| \`${name}\` | ${weightOf(operation)} | ${clients} |`;
        });
    });
  const listed = (pick: (exercised: Exercised) => readonly string[]): readonly string[] =>
    everything(pick).map((name) => `| \`${name}\` | ${by((each) => pick(each).includes(name))} |`);
  const head = (what: string): readonly string[] => [`| ${what} | driven by |`, '|---|---|'];
  return [
    '# Conformance of the exchange',
    '',
    '> Written by `npm run exchange-conformance`; do not edit.',
    '',
    'Which foreign client drives what of `doge-mm exchange`, with nothing but its base URLs changed. Each row with a client is proven on every run',
    'of `npm run test:integration`: a suite that does less than stands here fails. Rows without a client are served and tested by our own tests only.',
    '',
    '## Spot: operations',
    '',
    '| operation | weight | driven by |',
    '|---|---|---|',
    ...operations('spot', spot),
    '',
    '## USD-M: operations',
    '',
    '| operation | weight | driven by |',
    '|---|---|---|',
    ...operations('usdm', usdm),
    '',
    '## Connections of the WebSocket APIs',
    '',
    ...head('method'),
    ...listed(({ spot: { answered } }) =>
      answered.filter((name) => /^(session|userDataStream)\./.test(name)),
    ),
    '',
    '## Streams',
    '',
    ...head('stream'),
    ...listed(({ streams }) => streams),
    '',
    '## Private events',
    '',
    'ccxt hands events over in its own words: what it heard is asserted in its suite.',
    '',
    ...head('event'),
    ...listed(({ events }) => events),
    '',
    '## Refusals of spot: HTTP status and code',
    '',
    ...head('refusal'),
    ...listed(({ spot: { refused } }) => refused),
    '',
    '## Refusals of USD-M: HTTP status and code',
    '',
    ...head('refusal'),
    ...listed(({ usdm: { refused } }) => refused),
    '',
    ...CLIENT_NOTES,
    '',
  ].join('\n');
}

function weightOf(operation: Operation): string {
  try {
    return String(operation.weight(new CallParameters(new Map([['symbol', 'DOGEUSDT']]))));
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    return 'by its parameters';
  }
}
