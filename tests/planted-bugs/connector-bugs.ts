import type { PlantedBug } from './planted-bug.ts';

const TRADING = 'adapters/binance/trading';

/** What the connectors make of answers and private events; looked for in runs with sockets. */
export const CONNECTOR_BUGS: readonly PlantedBug[] = [
  {
    name: 'lost-answer-is-a-refusal',
    does: 'a request whose connection broke or whose answer did not come is reported as refused',
    source: 'ccxt#2599, hummingbot#8457',
    needsSockets: true,
    file: `${TRADING}/request-outcome.ts`,
    sound: "if (wire.kind === 'NOT_SENT') return { kind: 'NOT_SENT', why: wire.why };",
    broken:
      "if (wire.kind !== 'LOST' || wire.why !== '') return { kind: 'NOT_SENT', why: wire.why };",
  },
  {
    name: 'answer-settles-the-newest-request',
    does: 'an answer settles the newest request that is under way, whatever id it names',
    source: 'own',
    needsSockets: true,
    file: `${TRADING}/websocket-session.ts`,
    sound: 'const found = this.underWay.get(id);',
    broken: `if (outcome.kind === 'ANSWER') id = [...this.underWay.keys()].at(-1) ?? id;
    const found = this.underWay.get(id);`,
  },
  {
    name: 'drop-copy-counted-again',
    does: 'what the second private channel tells goes on though the first has told it',
    source: 'hummingbot#3317',
    needsSockets: true,
    file: 'adapters/binance/user-stream/user-stream.ts',
    sound: `      this.duplicateCount += 1;
      if (index > 0) return;`,
    broken: `      this.duplicateCount += 1;
      if (index > 0) for (const event of events) this.options.sink.publish(event);
      if (index > 0) return;`,
  },
  {
    name: 'drop-copy-never-believed',
    does: 'a fill that the second private channel alone tells does not go on',
    source: 'hummingbot#2480',
    needsSockets: true,
    file: 'adapters/binance/user-stream/user-stream.ts',
    sound: 'seen.set(key, index === 0 ? null : this.watchPrimary());',
    broken: `seen.set(key, index === 0 ? null : this.watchPrimary());
    if (index > 0) return;`,
  },
];
