/**
 * Funding rate of a USD-M perpetual and what a position receives, through the production formula
 * (`engine/contracts/funding-rate.ts`; MODELS.md §7).
 */
import {
  DEFAULT_INTEREST_PER_EIGHT_HOURS,
  fundingPayment,
  fundingRate,
} from '#contracts/funding-rate.ts';
import { type Paper, type PaperFlags, PaperUsageError, runPaperProgram } from './paper-command.ts';

const DEFAULT_INTERVAL_HOURS = 8;

function computeFunding(flags: PaperFlags): object {
  const premium = flags.number('premium');
  const interest = flags.number('interest', DEFAULT_INTEREST_PER_EIGHT_HOURS);
  const intervalHours = flags.positive('interval', DEFAULT_INTERVAL_HOURS);
  const cap = flags.has('cap') ? flags.number('cap') : Number.POSITIVE_INFINITY;
  const floor = flags.has('floor') ? flags.number('floor') : Number.NEGATIVE_INFINITY;
  if (floor > cap) throw new PaperUsageError(`--floor ${floor} is above --cap ${cap}`);
  if (flags.has('mark') !== flags.has('position')) {
    throw new PaperUsageError('--mark and --position go together');
  }
  const rate = fundingRate(premium, interest, intervalHours, cap, floor);
  const inputs = {
    premium,
    interest,
    intervalHours,
    cap: Number.isFinite(cap) ? cap : null,
    floor: Number.isFinite(floor) ? floor : null,
  };
  if (!flags.has('mark')) return { ...inputs, rate };
  const mark = flags.positive('mark');
  const position = flags.number('position');
  return { ...inputs, rate, mark, position, payment: fundingPayment(position, mark, rate) };
}

export const fundingPaper: Paper = {
  name: 'funding',
  about:
    'Funding rate of one interval (longs pay a positive one) and the payment a position receives.',
  example: '--premium 0.0012 --interval 4 --cap 0.02 --floor -0.02 --mark 0.16 --position 100000',
  flags: {
    premium: {
      placeholder: 'RATIO',
      about: 'time-weighted premium index, per 8 hours',
      required: true,
    },
    interval: { placeholder: 'HOURS', about: 'funding interval, 8 unless said' },
    cap: { placeholder: 'RATIO', about: 'highest rate; none unless said' },
    floor: { placeholder: 'RATIO', about: 'lowest rate; none unless said' },
    interest: { placeholder: 'RATIO', about: 'interest per 8 hours, 0.0001 unless said' },
    mark: { placeholder: 'PRICE', about: 'mark price at the settlement, with --position' },
    position: { placeholder: 'BASE', about: 'signed position at the settlement, with --mark' },
  },
  compute: computeFunding,
};

if (import.meta.main) runPaperProgram(fundingPaper);
