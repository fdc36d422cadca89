/** Writes down what the exchange serves: one row an operation, read from the tables that serve it. */
import { CallParameters } from './api/call-parameters.ts';
import type { Operation } from './api/operation.ts';
import { VenueError } from './api/venue-error.ts';
import { FAULT_MEANINGS, FAULT_NAMES } from './faults/fault-names.ts';
import { SERVED_STREAMS } from './streams/served-streams.ts';

/** The whole page, as `docs/reference/exchange-api.md` holds it. */
export function conformancePage(spot: readonly Operation[], usdm: readonly Operation[]): string {
  return [
    '# What the exchange serves',
    '',
    '> Written by `npm run exchange-doc`; do not edit.',
    '',
    'Every operation of `doge-mm exchange`, from the tables that serve it. Weight is that of a call without optional parameters; `free` behind it:',
    'only counted when the call fails. What is not listed is answered 404, or as an unknown method. How to start and use it: [the exchange](../guides/exchange.md).',
    '',
    ...section('Spot', spot),
    ...section('USD-M perpetuals', usdm),
    '## Connections of the WebSocket APIs',
    '',
    '`session.logon` (Ed25519), `session.status`, `session.logout`; on spot also `userDataStream.subscribe`, `userDataStream.subscribe.signature`,',
    '`userDataStream.unsubscribe`, `session.subscriptions`. Each costs 2.',
    '',
    '## Public streams',
    '',
    'Spot: `/ws`, `/ws/<stream>/…`, `/stream?streams=a/b`, with `timeUnit=MICROSECOND` on request; binary: the same paths on a port of its own, for Ed25519 keys. Perpetuals: the',
    'same behind `/public` or `/market`; without either only the public ones. `<s>` is a symbol in lower case. Control frames: SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS,',
    'SET_PROPERTY, GET_PROPERTY. What is not listed is acknowledged, and silent.',
    '',
    '| door | stream | pace |',
    '|---|---|---|',
    ...SERVED_STREAMS.map(({ door, name, pace }) => `| ${door} | \`${name}\` | ${pace} |`),
    '',
    '## Faults',
    '',
    '| name | what happens |',
    '|---|---|',
    ...FAULT_NAMES.map((name) => `| \`${name}\` | ${FAULT_MEANINGS[name]} |`),
    '',
  ].join('\n');
}

function section(title: string, operations: readonly Operation[]): readonly string[] {
  if (operations.length === 0) return [];
  return [
    `## ${title}`,
    '',
    '| REST | WebSocket API | weight | needs | notes |',
    '|---|---|---|---|---|',
    ...operations.map(row),
    '',
  ];
}

function row(operation: Operation): string {
  const { rest, socketMethod, security, freeWhenDone, readOnly, note } = operation;
  const path = rest === null ? '' : `\`${rest.method} ${rest.path}\``;
  const method = socketMethod === null ? '' : `\`${socketMethod}\``;
  const weight = `${plainWeight(operation)}${freeWhenDone ? ' free' : ''}`;
  const needs =
    security === 'NONE'
      ? ''
      : security === 'KEY'
        ? 'key'
        : `signature${readOnly ? '' : ', trading'}`;
  return `| ${path} | ${method} | ${weight} | ${needs} | ${note} |`;
}

function plainWeight(operation: Operation): string {
  try {
    return String(operation.weight(new CallParameters(new Map([['symbol', 'DOGEUSDT']]))));
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    return 'by its parameters';
  }
}
