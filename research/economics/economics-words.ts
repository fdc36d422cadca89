/** The economics of an instrument in words and tables, for people. Numbers in basis points of the price. */
import { formatSteps } from '#units/decimal-text.ts';
import type { EconomicsAnswer, TierAnswer } from './economics.ts';
import type { Stack } from './tier-arithmetic.ts';

const UNITS_PER_QUOTE = 1e8;

/** Where the measurement came from, in words. */
export interface SampleOrigin {
  readonly isSynthetic: boolean;
  readonly words: string;
}

/** Everything, line by line. */
export function describeEconomics(answer: EconomicsAnswer, origin: SampleOrigin): string[] {
  const { chosen } = answer;
  return [
    '',
    `${answer.symbol} at ${chosen.arithmetic.tier.name} (${chosen.arithmetic.tier.note})`,
    ...marketLines(answer, origin),
    ...costLines(answer),
    '',
    'A fill at the touch, hedged by a perpetual taker, before adverse selection:',
    `  one tick wide   ${signedSum(chosen.arithmetic.oneTickTouch)}`,
    `  as measured     ${signedSum(chosen.arithmetic.measuredTouch)}`,
    'A fill at the touch with everything, hedged by the assumed shares:',
    `  expected        ${signedSum(chosen.arithmetic.expectedTouch)}`,
    'Needed distance from fair:',
    `  ${plainSum(chosen.arithmetic.needed)} = ${ticks(chosen.arithmetic.neededTicks)}`,
    '',
    ...tierTable(answer),
    '',
    `verdict: ${verdictWords(answer, chosen)}`,
    ...(origin.isSynthetic ? ['         synthetic: not evidence'] : []),
    '',
  ];
}

/** The verdict in one sentence or two. */
export function verdictWords(answer: EconomicsAnswer, tier: TierAnswer): string {
  const { arithmetic } = tier;
  const subject = `at ${arithmetic.tier.name} ${answer.symbol}`;
  const needed = `${fixed(arithmetic.needed.bps)} bp (${ticks(arithmetic.neededTicks)})`;
  if (tier.verdict === 'touch') {
    return `${subject} can be quoted at the touch: ${needed} from fair are needed, the touch offers ${fixed(answer.figures.halfSpreadBps)} bp.`;
  }
  const even = fixed(arithmetic.breakEvenMakerFeeBps);
  const loses = `a fill there makes ${signed(arithmetic.expectedTouch.bps)} bp and would break even at a maker fee of ${even} bp`;
  return `${subject} ${placeWords(tier, answer, needed)}. The touch offers ${fixed(answer.figures.halfSpreadBps)} bp; ${loses}.`;
}

function placeWords(tier: TierAnswer, answer: EconomicsAnswer, needed: string): string {
  const { seen, fittedPerHour } = tier.fills;
  const watched = `${fixed(answer.sample.seconds / 60, 1)} minutes watched`;
  switch (tier.verdict) {
    case 'touch':
    case 'deep':
      return seen.count > 0
        ? `pays only from ${needed} away: there market orders came by about ${rate(seen.perHour)} times an hour on a side (${seen.count} seen)`
        : `pays only from ${needed} away: there the fit expects market orders ${rate(fittedPerHour)} times an hour on a side, none was seen in the ${watched}`;
    case 'rare':
      return `cannot be quoted: it pays only from ${needed} away, where market orders come less than once a day`;
    case 'unseen':
      return `pays only from ${needed} away: no market order came that far in the ${watched} (the deepest went ${fixed(answer.sample.deepestSweepBps)} bp), so fills there come by rare sweeps only, at most ${rate(seen.perHourAtMost)} an hour`;
  }
}

function marketLines(answer: EconomicsAnswer, origin: SampleOrigin): string[] {
  const { sample, figures, instrument } = answer;
  const { intensity } = sample;
  const tick = formatSteps(1, instrument.tick);
  const price = (sample.priceTicks * instrument.priceUnitsPerTick) / UNITS_PER_QUOTE;
  const order = sample.marketOrderNotionalUnits / UNITS_PER_QUOTE;
  const fit =
    intensity.fitCount === 0
      ? `A and k not fitted (too few trades): priors ${fixed(intensity.perSecond)} /s, ${fixed(intensity.decayPerBp)} /bp`
      : `A = ${fixed(intensity.perSecond)} /s, k = ${fixed(intensity.decayPerBp)} /bp up to ${fixed(intensity.bandBps)} bp (${intensity.fitCount} fits)`;
  return [
    line('measured on', origin.words),
    line(
      'price',
      `${price.toPrecision(6)} ${instrument.quoteAsset}; tick ${tick} = ${fixed(figures.tickBps, 3)} bp, half a tick ${fixed(figures.tickBps / 2, 3)} bp`,
    ),
    line(
      'spread',
      `${fixed(sample.spreadTicks)} ticks on average, one tick ${percent(sample.oneTickShare)} of the time; half spread ${fixed(figures.halfSpreadBps, 3)} bp, paid by takers ${fixed(sample.effectiveHalfSpreadBps, 3)} bp`,
    ),
    line(
      'volatility',
      `${fixed(sample.volatilityBps)} bp per root second = ${fixed(sample.volatilityPercentPerDay)} % a day`,
    ),
    line(
      'flow',
      `${fixed(sample.marketOrdersPerSecond)} market orders a second of ${fixed(order, 0)} ${instrument.quoteAsset}; ${fit}; deepest ${fixed(sample.deepestSweepBps)} bp`,
    ),
    line(
      'adverse move',
      sample.markouts
        .map((one) =>
          one.count === 0
            ? `not measured after ${one.seconds} s`
            : `${fixed(one.adverseBps)} ± ${fixed(one.standardErrorBps)} bp after ${one.seconds} s (${one.count} market orders)`,
        )
        .join(', '),
    ),
  ];
}

function costLines(answer: EconomicsAnswer): string[] {
  const { chosen, sample, figures } = answer;
  const { tier, hedge, needed } = chosen.arithmetic;
  const funding = needed.parts.find((part) => part.name === 'funding')?.bps ?? 0;
  const stale = needed.parts.find((part) => part.name === 'stale quote')?.bps ?? 0;
  const lines = [
    line(
      'fees',
      `spot ${fixed(tier.spotMakerBps)} / ${fixed(tier.spotTakerBps)} bp maker / taker, perpetual ${fixed(tier.perpMakerBps)} / ${fixed(tier.perpTakerBps)} bp`,
    ),
    line(
      'stale quote',
      `${fixed(answer.reactionSeconds * 1000, 0)} ms to react: ${fixed(-partOf(chosen.arithmetic.expectedTouch, 'stale quote'), 3)} bp at the touch, ${fixed(stale, 3)} bp at the needed distance`,
    ),
  ];
  if (!figures.hasHedge) return [...lines, line('hedge', 'none: the inventory is not hedged')];
  const assumed = answer.isHedgeSpreadAssumed ? ' (assumed: half a tick)' : '';
  return [
    ...lines,
    line(
      'hedge',
      `passive ${fixed(hedge.passiveBps)} bp, taker ${fixed(hedge.takerBps)} bp with half a spread of ${fixed(figures.hedgeHalfSpreadBps)} bp${assumed}; ${percent(hedge.passiveShare)} passive (assumed), ${percent(hedge.nettingShare)} netted (assumed): ${fixed(hedge.afterNettingBps)} bp`,
    ),
    line('carry', carryWords(sample, funding)),
  ];
}

function carryWords(sample: EconomicsAnswer['sample'], fundingBps: number): string {
  const basis = Number.isNaN(sample.basisMeanBps)
    ? 'basis not measured'
    : `basis ${signed(sample.basisMeanBps)} ± ${fixed(sample.basisDeviationBps)} bp`;
  if (Number.isNaN(sample.fundingRate)) return `funding not recorded, counted as 0; ${basis}`;
  const hours = sample.secondsToFunding / 3600;
  return `funding ${signed(sample.fundingRate / 10_000)} bp in ${fixed(hours, 1)} h, counted ${signed(fundingBps)} bp on the worse side; ${basis}`;
}

function tierTable(answer: EconomicsAnswer): string[] {
  const head = [
    'tier'.padEnd(10),
    'maker bp'.padStart(9),
    'needed bp'.padStart(10),
    'ticks'.padStart(8),
    'reached/h seen'.padStart(15),
    'fitted/h'.padStart(9),
    'touch bp'.padStart(9),
    'break-even'.padStart(11),
    '  verdict',
  ].join('');
  return [head, ...answer.tiers.map((tier) => tierRow(tier, answer))];
}

function tierRow({ arithmetic, fills, verdict }: TierAnswer, answer: EconomicsAnswer): string {
  const { tier } = arithmetic;
  const mark = tier.name === answer.chosen.arithmetic.tier.name ? ' <' : '';
  const seen =
    fills.seen.count > 0 ? rate(fills.seen.perHour) : `< ${rate(fills.seen.perHourAtMost)}`;
  const fitted = fills.isInsideFittedBand ? rate(fills.fittedPerHour) : 'outside';
  return [
    tier.name.padEnd(10),
    fixed(tier.spotMakerBps).padStart(9),
    fixed(arithmetic.needed.bps).padStart(10),
    fixed(arithmetic.neededTicks, arithmetic.neededTicks < 100 ? 1 : 0).padStart(8),
    seen.padStart(15),
    fitted.padStart(9),
    signed(arithmetic.expectedTouch.bps).padStart(9),
    fixed(arithmetic.breakEvenMakerFeeBps).padStart(11),
    `  ${verdict}${mark}`,
  ].join('');
}

function partOf(stack: Stack, name: string): number {
  return stack.parts.find((part) => part.name === name)?.bps ?? 0;
}

/** "+0.31 half spread - 10.00 maker fee = -9.69 bp". */
function signedSum(stack: Stack): string {
  const parts = stack.parts.map(({ name, bps }, index) => {
    const number = fixed(Math.abs(bps));
    const isNegative = bps < 0;
    if (index === 0) return `${isNegative ? '-' : '+'}${number} ${name}`;
    return `${isNegative ? '-' : '+'} ${number} ${name}`;
  });
  return `${parts.join(' ')} = ${signed(stack.bps)} bp`;
}

/** "10.00 maker fee + 0.45 adverse selection = 10.45 bp". */
function plainSum(stack: Stack): string {
  return `${stack.parts.map(({ name, bps }) => `${fixed(bps)} ${name}`).join(' + ')} = ${fixed(stack.bps)} bp`;
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(14)}${text}`;
}

function ticks(count: number): string {
  return `${fixed(count, count < 100 ? 1 : 0)} ticks`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function rate(perHour: number): string {
  return perHour >= 100 ? perHour.toFixed(0) : perHour.toPrecision(2);
}

function fixed(value: number, decimals = 2): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

function signed(value: number, decimals = 2): string {
  const text = fixed(value, decimals);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}
