/**
 * Quotes of Gueant, Lehalle and Fernandez-Tapia (2013) for every inventory, exact and in closed form,
 * through the production code (`engine/domains/pricing/glft.ts`; MODELS.md §3.2, 3.3).
 */
import { GlftExactTable, type GlftParameters, glftClosedForm } from '#domains/pricing/glft.ts';
import { type Paper, type PaperFlags, PaperUsageError, runPaperProgram } from './paper-command.ts';

const BOUND_MAX = 10_000;

function compute(flags: PaperFlags): object {
  const gamma = flags.positive('gamma');
  const xi = flags.number('xi', gamma);
  if (xi < 0) throw new PaperUsageError(`--xi must be 0 or more, not ${xi}`);
  const bound = flags.wholeNumber('Q');
  if (bound < 1 || bound > BOUND_MAX) {
    throw new PaperUsageError(`--Q must be 1 to ${BOUND_MAX}, not ${bound}`);
  }
  const parameters: GlftParameters = {
    intensity: flags.positive('A'),
    decay: flags.positive('k'),
    sigma: flags.positive('sigma'),
    gamma,
    xi,
    delta: flags.positive('delta', 1),
  };
  const fee = flags.number('fee', 0);
  const form = glftClosedForm(parameters, fee);
  const table = new GlftExactTable(bound);
  // A fee makes fills rarer by e^(-k fee) and is added to both distances.
  const intensity = parameters.intensity * Math.exp(-parameters.decay * fee);
  table.compute({ ...parameters, intensity }, bound);
  const inventories: object[] = [];
  for (let q = -bound; q <= bound; q++) {
    const shift = form.skew * q * parameters.delta;
    inventories.push({
      q,
      exact: {
        bid: finiteOrNull(table.bidDistance(q) + fee),
        ask: finiteOrNull(table.askDistance(q) + fee),
      },
      closedForm: { bid: form.halfSpread + shift, ask: form.halfSpread - shift },
    });
  }
  const { c1, c2, halfSpread, skew } = form;
  return { parameters: { ...parameters, fee, Q: bound }, c1, c2, halfSpread, skew, inventories };
}

/** No quote on that side is null in JSON. */
function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

export const glftPaper: Paper = {
  name: 'glft-2013',
  about:
    'Bid and ask distances for every inventory -Q..Q (in orders), exact and closed form; null: no quote.',
  example: '--A 0.9 --k 0.3 --sigma 0.3 --gamma 0.01 --xi 0.01 --delta 1 --Q 10',
  flags: {
    A: { placeholder: 'NUMBER', about: 'fill intensity at distance zero, 1/s', required: true },
    k: { placeholder: 'NUMBER', about: 'decay of the fill intensity, 1/price', required: true },
    sigma: { placeholder: 'NUMBER', about: 'volatility, price/root s', required: true },
    gamma: { placeholder: 'NUMBER', about: 'risk aversion', required: true },
    xi: { placeholder: 'NUMBER', about: 'gamma (default): CARA; 0: inventory variance only' },
    delta: { placeholder: 'NUMBER', about: 'size of one order (1)' },
    Q: { placeholder: 'COUNT', about: 'inventory bound in orders', required: true },
    fee: { placeholder: 'PRICE', about: 'maker fee per unit, a rebate is negative (0)' },
  },
  compute,
};

if (import.meta.main) runPaperProgram(glftPaper);
