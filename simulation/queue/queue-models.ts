/**
 * Where in a recorded queue our order stands: six probability models, the risk-averse one and
 * trade-through only.
 *
 * A recording shows how a level shrinks, not whose orders left. Trades leave at the front; of the
 * rest, a model says which share `p` left behind us. `F` is the quantity ahead of us, `back` the
 * quantity behind. Source: MODELS.md §5 (published rule: the hftbacktest project's documentation;
 * ideas: Rigtorp 2013, Almgren).
 */

/** Names as users write them. The power families take an exponent after a colon. */
export const QUEUE_MODEL_NAMES = [
  'power',
  'power2',
  'power3',
  'log',
  'log2',
  'risk-averse',
  'trade-through',
] as const;
export type QueueModelName = (typeof QUEUE_MODEL_NAMES)[number];

/**
 * `published`: the rule as printed. `strict`: its known faults repaired: the part of our queue that
 * was traded is not counted as behind us, and no cancellation can make `F` negative, so none can
 * hand out a fill.
 */
export const QUEUE_VARIANTS = ['published', 'strict'] as const;
export type QueueVariant = (typeof QUEUE_VARIANTS)[number];

/** What a model remembers of one order. Quantities are lots; `aheadLots` may hold fractions. */
export interface QueuePosition {
  aheadLots: number;
  /** Traded at our price since the last level update. */
  tradedLots: number;
}

/** A name or exponent that is not one of ours; `message` lists what is. */
export class QueueModelError extends Error {
  override readonly name = 'QueueModelError';
}

/** The usual start of the power families; 2 to 3 is common. */
const DEFAULT_EXPONENT = 2;
const EXPONENT_MAX = 100;

/** True for the families that take an exponent. */
function takesExponent(name: QueueModelName): boolean {
  return name === 'power' || name === 'power2' || name === 'power3';
}

/**
 * "power:2.5", "log", "risk-averse" -> a model. The exponent defaults to 2. Throws QueueModelError
 * for an unknown name, an exponent outside (0, 100], or one on a model that has none.
 */
export function parseQueueModel(text: string, variant: QueueVariant = 'strict'): QueueModel {
  const [nameText = '', exponentText, ...rest] = text.split(':');
  const name = QUEUE_MODEL_NAMES.find((candidate) => candidate === nameText);
  if (name === undefined || rest.length > 0) {
    throw new QueueModelError(
      `unknown queue model "${text}": write one of ${QUEUE_MODEL_NAMES.join(', ')}, ` +
        'with an exponent as in power:2',
    );
  }
  if (exponentText === undefined) return new QueueModel(name, DEFAULT_EXPONENT, variant);
  if (!takesExponent(name)) {
    throw new QueueModelError(`queue model "${name}" takes no exponent: write just "${name}"`);
  }
  const exponent = Number(exponentText);
  if (exponentText.trim() === '' || !(exponent > 0 && exponent <= EXPONENT_MAX)) {
    throw new QueueModelError(
      `exponent of queue model "${text}" must be above 0 and at most ${EXPONENT_MAX}, as in power:2`,
    );
  }
  return new QueueModel(name, exponent, variant);
}

/** "published" or "strict"; throws QueueModelError for anything else. */
export function parseQueueVariant(text: string): QueueVariant {
  const variant = QUEUE_VARIANTS.find((candidate) => candidate === text);
  if (variant === undefined) {
    throw new QueueModelError(
      `unknown variant "${text}": write one of ${QUEUE_VARIANTS.join(', ')}`,
    );
  }
  return variant;
}

/** Moves one order's place through its queue. Stateless: the state is the caller's QueuePosition. */
export class QueueModel {
  readonly name: QueueModelName;
  /** 2 where the family has no exponent. */
  readonly exponent: number;
  readonly variant: QueueVariant;

  constructor(name: QueueModelName, exponent: number, variant: QueueVariant) {
    this.name = name;
    this.exponent = exponent;
    this.variant = variant;
  }

  /** True when only trades through our price fill us. */
  get isTradeThroughOnly(): boolean {
    return this.name === 'trade-through';
  }

  /** The name as a user would write it. */
  get label(): string {
    return takesExponent(this.name) ? `${this.name}:${this.exponent}` : this.name;
  }

  /** Our order was accepted at a level that shows `levelLots`: all of them are ahead. */
  onAccept(position: QueuePosition, levelLots: number): void {
    position.aheadLots = levelLots;
    position.tradedLots = 0;
  }

  /**
   * A trade of `tradedLots` at our price took the other side. Of them `reachableLots` (usually all)
   * were not already given to own orders ahead of us. Returns how many whole lots reach us; the
   * caller caps them by what is left of the order.
   *
   * Hot: every trade at a price of ours. No allocation.
   */
  onTrade(position: QueuePosition, tradedLots: number, reachableLots = tradedLots): number {
    position.tradedLots += tradedLots;
    const aheadLots = position.aheadLots - reachableLots;
    if (aheadLots >= 0) {
      position.aheadLots = aheadLots;
      return 0;
    }
    position.aheadLots = 0;
    // Fractions come from shared-out cancellations; part of a lot is nobody's.
    return this.isTradeThroughOnly ? 0 : Math.floor(-aheadLots);
  }

  /**
   * The level went from `previousLots` to `newLots` (both as shown, ours not included).
   *
   * Hot: every change of a level of ours. No allocation.
   */
  onLevel(position: QueuePosition, previousLots: number, newLots: number): void {
    const tradedLots = position.tradedLots;
    const aheadLots = position.aheadLots;
    const leftLots = previousLots - newLots - tradedLots;
    position.tradedLots = 0;
    if (leftLots < 0 || this.name === 'risk-averse' || this.isTradeThroughOnly) {
      position.aheadLots = Math.min(aheadLots, newLots);
      return;
    }
    const isStrict = this.variant === 'strict';
    const backLots = isStrict
      ? Math.max(previousLots - tradedLots - aheadLots, 0)
      : previousLots - aheadLots;
    const behind = this.probabilityBehind(aheadLots, backLots);
    // What the back cannot give up must have left ahead of us.
    const shortfallLots = Math.min(backLots - behind * leftLots, 0);
    const moved = aheadLots - (1 - behind) * leftLots + shortfallLots;
    const bounded = Math.min(moved, newLots);
    position.aheadLots = isStrict ? Math.max(bounded, 0) : bounded;
  }

  /**
   * The share of a decrease that happened behind us, 0..1: 0 at the tail (nothing behind), 1 at the
   * head, and 1 when both are empty. Negative quantities count as zero. The log families depend on
   * the unit of size: here it is the lot.
   */
  probabilityBehind(aheadLots: number, backLots: number): number {
    const ahead = Math.max(aheadLots, 0);
    const back = Math.max(backLots, 0);
    if (ahead === 0) return 1;
    if (back === 0) return 0;
    switch (this.name) {
      case 'power':
        // back^n / (back^n + F^n), divided through by back^n so that no power overflows.
        return 1 / (1 + (ahead / back) ** this.exponent);
      case 'power2':
        return (back / (back + ahead)) ** this.exponent;
      case 'power3':
        return 1 - (ahead / (ahead + back)) ** this.exponent;
      case 'log':
        return Math.log1p(back) / (Math.log1p(back) + Math.log1p(ahead));
      case 'log2':
        return Math.log1p(back) / Math.log1p(back + ahead);
      case 'risk-averse':
      case 'trade-through':
        return 1;
    }
  }
}
