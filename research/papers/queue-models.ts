/**
 * Queue position models: how the quantity ahead of one order moves, step by step, through the
 * production model (`simulation/queue/queue-models.ts`; MODELS.md §5).
 */
import {
  parseQueueModel,
  parseQueueVariant,
  QUEUE_MODEL_NAMES,
  QUEUE_VARIANTS,
  QueueModelError,
  type QueuePosition,
} from '#simulation/queue/queue-models.ts';
import { type Paper, type PaperFlags, PaperUsageError, runPaperProgram } from './paper-command.ts';

interface QueueStep {
  readonly text: string;
  readonly kind: 'trade' | 'depth';
  /** Traded lots, or the level's lots before. */
  readonly first: number;
  /** The level's lots after; 0 for a trade. */
  readonly second: number;
}

const STEP = /^(?:trade:(\d+(?:\.\d+)?)|depth:(\d+(?:\.\d+)?)>(\d+(?:\.\d+)?))$/;

/** `ahead`, what one trade gave us, and what we got in all, after each step. */
function computeQueueSteps(flags: PaperFlags): object {
  const variant = flags.text('variant', 'strict');
  const model = withUsage('model', () =>
    parseQueueModel(
      flags.text('model'),
      withUsage('variant', () => parseQueueVariant(variant)),
    ),
  );
  const aheadLots = flags.number('ahead');
  if (aheadLots < 0) throw new PaperUsageError(`--ahead must not be below zero, not ${aheadLots}`);
  const orderLots = flags.has('quantity') ? flags.positive('quantity') : Number.POSITIVE_INFINITY;
  const position: QueuePosition = { aheadLots: 0, tradedLots: 0 };
  model.onAccept(position, aheadLots);
  let filled = 0;
  const steps = parseSteps(flags.text('steps')).map((step) => {
    let executable = 0;
    if (step.kind === 'depth') {
      model.onLevel(position, step.first, step.second);
    } else {
      executable = Math.min(model.onTrade(position, step.first), orderLots - filled);
    }
    filled += executable;
    return { step: step.text, ahead: position.aheadLots, executable, filled };
  });
  return { model: model.label, variant: model.variant, ahead: aheadLots, steps };
}

function parseSteps(text: string): QueueStep[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length === 0)
    throw new PaperUsageError('--steps is empty: write trade:20 or depth:100>90');
  return words.map((word) => {
    const match = STEP.exec(word);
    if (match === null) {
      throw new PaperUsageError(`--steps: "${word}" is not a step: write trade:20 or depth:100>90`);
    }
    const [, traded, before, after] = match;
    if (traded !== undefined)
      return { text: word, kind: 'trade', first: Number(traded), second: 0 };
    return { text: word, kind: 'depth', first: Number(before), second: Number(after) };
  });
}

function withUsage<Result>(flag: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof QueueModelError)) throw error;
    throw new PaperUsageError(`--${flag}: ${error.message}`, { cause: error });
  }
}

export const queueModelsPaper: Paper = {
  name: 'queue-models',
  about: 'Quantity ahead of one order after each trade at its price and each change of its level.',
  example:
    "--model power:2 --variant strict --ahead 80 --steps 'depth:100>90 trade:20 depth:90>60'",
  flags: {
    model: {
      placeholder: 'NAME[:n]',
      about: `${QUEUE_MODEL_NAMES.join(', ')}; n is the exponent of the power families`,
      required: true,
    },
    variant: { placeholder: 'NAME', about: `${QUEUE_VARIANTS.join(' or ')}; strict unless said` },
    ahead: {
      placeholder: 'LOTS',
      about: 'quantity ahead when the order was accepted',
      required: true,
    },
    steps: { placeholder: 'STEPS', about: "'trade:20 depth:100>90 ...', in order", required: true },
    quantity: {
      placeholder: 'LOTS',
      about: 'size of the order; without it nothing caps the fills',
    },
  },
  compute: computeQueueSteps,
};

if (import.meta.main) runPaperProgram(queueModelsPaper);
