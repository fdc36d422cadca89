import { drawScript } from '#simulation/faults/fault-script.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';

const [seed = 1, hours = 1, from = 0, to = 1e9] = process.argv.slice(2).map(Number);
for (const w of drawScript({ seed, hours, names: FAULT_NAMES })) {
  const a = w.fromMicros / 1e6,
    b = a + w.lengthMicros / 1e6;
  if (b >= from && a <= to)
    console.log(
      a.toFixed(1),
      b.toFixed(1),
      w.name,
      w.instrument,
      w.probability.toFixed(2),
      w.strength,
    );
}
