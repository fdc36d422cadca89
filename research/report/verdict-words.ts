import type { Summary } from '#research/measure/summary.ts';
import { EVIDENCE_DAYS_LEAST, EVIDENCE_FILLS_LEAST } from '#research/measure/verdict.ts';
import { type Bilingual, fillPlaces, words } from './report-words.ts';
import { CHINESE_VERDICT } from './words-chinese.ts';

const MICROS_PER_DAY = 86_400_000_000;

/** The summary's verdict; the Chinese one is made from the same numbers. */
export function verdictInWords(summary: Summary): Bilingual {
  return { en: summary.economics.verdict, zh: verdictChinese(summary) };
}

function verdictChinese(summary: Summary): string {
  const { economics, pnl, fills } = summary;
  if (fills.count === 0) return CHINESE_VERDICT.noFills;
  const net = Number(pnl.total);
  const fees = -Number(pnl.fees);
  const earned = net + fees;
  const values = {
    net: money(net),
    fees: money(fees),
    rebate: money(-fees),
    earned: money(earned),
    lost: money(-earned),
    missing: money(fees - earned),
    currency: pnl.currency,
    paid: economics.effectiveMakerFeeBps?.toFixed(2) ?? '–',
    even: economics.breakEvenMakerFeeBps?.toFixed(2) ?? '–',
  };
  if (net >= 0) return fillPlaces(CHINESE_VERDICT.gain, values);
  if (fees === 0) return fillPlaces(CHINESE_VERDICT.noFees, values);
  if (fees < 0) return fillPlaces(CHINESE_VERDICT.rebated, values);
  const excess = fillPlaces(CHINESE_VERDICT.fees, values);
  if (earned >= 0) return excess;
  const isFunding = earned - Number(pnl.funding) >= 0;
  const culprit = isFunding ? CHINESE_VERDICT.tookFunding : CHINESE_VERDICT.tookSelection;
  return `${excess}；${fillPlaces(CHINESE_VERDICT.lossToo, values)}${culprit}`;
}

/** What the result is worth, as the summary says it. */
export function evidenceWords(summary: Summary): Bilingual {
  return { en: summary.economics.evidence, zh: evidenceChinese(summary) };
}

function evidenceChinese(summary: Summary): string {
  const doubts = [
    ...(summary.synthetic ? [CHINESE_VERDICT.synthetic] : []),
    ...(isHypothetical(summary) ? [CHINESE_VERDICT.hypothetical] : []),
  ];
  if (doubts.length > 0) return doubts.join('；');
  if (!isShort(summary)) return CHINESE_VERDICT.oneRecording;
  return fillPlaces(CHINESE_VERDICT.insufficient, {
    fills: summary.fills.count,
    days: days(summary).toFixed(2),
    fillsLeast: EVIDENCE_FILLS_LEAST,
    daysLeast: EVIDENCE_DAYS_LEAST,
  });
}

/** The same in two or three words. */
export function evidenceTag(summary: Summary): Bilingual {
  const stamp = stampWords(summary);
  if (stamp !== null) return stamp;
  return words(isShort(summary) ? 'tagInsufficient' : 'tagOneRecording');
}

/** Words stamped on every picture of a result that is no evidence; null: none are needed. */
export function stampWords(summary: Summary): Bilingual | null {
  const synthetic = words('tagSynthetic');
  const hypothetical = words('tagHypothetical');
  if (!isHypothetical(summary)) return summary.synthetic ? synthetic : null;
  if (!summary.synthetic) return hypothetical;
  return {
    en: `${synthetic.en}, ${hypothetical.en}`,
    zh: `${synthetic.zh}，${hypothetical.zh}`,
  };
}

function isHypothetical(summary: Summary): boolean {
  return summary.profile === 'rebate';
}

function isShort(summary: Summary): boolean {
  return summary.fills.count < EVIDENCE_FILLS_LEAST || days(summary) < EVIDENCE_DAYS_LEAST;
}

function days(summary: Summary): number {
  return (summary.time.toMicros - summary.time.fromMicros) / MICROS_PER_DAY;
}

function money(value: number): string {
  return value.toFixed(4);
}
