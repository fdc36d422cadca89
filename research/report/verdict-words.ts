import type { Summary } from '#research/measure/summary.ts';
import { EVIDENCE_DAYS_LEAST, EVIDENCE_FILLS_LEAST } from '#research/measure/verdict.ts';
import { type Bilingual, words } from './report-words.ts';

const MICROS_PER_DAY = 86_400_000_000;

/** The summary's verdict in both languages, from its own numbers. */
export function verdictInWords(summary: Summary): Bilingual {
  const { economics, pnl, fills } = summary;
  if (fills.count === 0) return words('verdictNoFills');
  const net = Number(pnl.total);
  const fees = -Number(pnl.fees);
  const earned = net + fees;
  const even = economics.breakEvenMakerFeeBps?.toFixed(2) ?? '–';
  if (net >= 0) return words('verdictGain', { net: money(net), even });
  const values = { net: money(net), fees: money(fees), even };
  if (fees <= earned) return words('verdictLoss', values);
  return words('verdictFees', {
    ...values,
    earned: money(earned),
    missing: money(fees - earned),
  });
}

/** What kind of evidence a result is, the strictest first. */
type EvidenceKind = 'hypothetical' | 'synthetic' | 'insufficient' | 'one-recording';

function evidenceKind(summary: Summary): EvidenceKind {
  if (summary.profile === 'rebate') return 'hypothetical';
  if (summary.synthetic) return 'synthetic';
  const isShort = summary.fills.count < EVIDENCE_FILLS_LEAST || days(summary) < EVIDENCE_DAYS_LEAST;
  return isShort ? 'insufficient' : 'one-recording';
}

/** What the result is worth, in both languages. */
export function evidenceWords(summary: Summary): Bilingual {
  switch (evidenceKind(summary)) {
    case 'hypothetical':
      return words('evidenceHypothetical');
    case 'synthetic':
      return words('evidenceSynthetic');
    case 'one-recording':
      return words('evidenceOneRecording');
    case 'insufficient':
      return words('evidenceInsufficient', {
        fills: summary.fills.count,
        days: days(summary).toFixed(3),
        fillsLeast: EVIDENCE_FILLS_LEAST,
        daysLeast: EVIDENCE_DAYS_LEAST,
      });
  }
}

/** The same in two or three words. */
export function evidenceTag(summary: Summary): Bilingual {
  switch (evidenceKind(summary)) {
    case 'hypothetical':
      return words('tagHypothetical');
    case 'synthetic':
      return words('tagSynthetic');
    case 'one-recording':
      return words('tagOneRecording');
    case 'insufficient':
      return words('tagInsufficient');
  }
}

function days(summary: Summary): number {
  return (summary.time.toMicros - summary.time.fromMicros) / MICROS_PER_DAY;
}

/** Words stamped on every picture of a result that is no evidence; null: none are needed. */
export function stampWords(summary: Summary): Bilingual | null {
  const kind = evidenceKind(summary);
  return kind === 'hypothetical' || kind === 'synthetic' ? evidenceTag(summary) : null;
}

function money(value: number): string {
  return value.toFixed(4);
}
