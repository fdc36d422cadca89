import { simulate } from '#compose/simulated.ts';

const [seed = 1, bps = 300, inst = 0] = process.argv.slice(2).map(Number);
const w = (name: string, at: number, salt: number) => ({
  name,
  fromMicros: at * 1e6,
  lengthMicros: 10e6,
  probability: 1,
  salt,
  instrument: inst,
  strength: bps,
});
const r = simulate({
  seed,
  hours: 0.15,
  faults: [],
  build: 'x',
  script: [
    w('market-dislocation', 120, 2),
    w('market-dislocation', 180, 3),
    w('market-dislocation', 240, 2),
  ] as never,
  endMicros: 300e6,
});
console.log(
  r.outcome,
  r.ownFills,
  r.ordersSent,
  r.kills,
  r.violations.slice(0, 4).map((v) => [v.invariant, v.runMicros / 1e6, v.detail]),
);
