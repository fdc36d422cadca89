/**
 * Client order ids as the venue sees them: `<instance>-<epoch>-<counter>`, numbers in base 36. On spot a
 * cancel renames the order; ours puts "_" behind its name, so that it can be recognised ever after.
 */
import {
  type ClientOrderId,
  clientOrderId,
  counterOfOrder,
  EPOCH_MAX,
  epochOfOrder,
  NO_ORDER,
} from '#units/integers.ts';

/** Longest text that the venue takes. */
const TEXT_LENGTH_MAX = 36;
/** "-" + 5 digits of the epoch + "-" + 7 digits of the counter + the mark of a cancel. */
const NUMBERS_LENGTH_MAX = 15;
const CANCELED = '_';
const INSTANCE = /^[A-Za-z0-9_]+$/;
const NUMBER = /^[1-9a-z][0-9a-z]*$/;
const COUNTER_MAX = 2 ** 32 - 1;

/** Writes and reads the ids of one instance: no other program of the account may have its name. */
export class OrderIdText {
  private readonly prefix: string;

  /** Throws a RangeError unless `instance` has 1 to 21 characters of A-Z a-z 0-9 and _. */
  constructor(instance: string) {
    const lengthMax = TEXT_LENGTH_MAX - NUMBERS_LENGTH_MAX;
    if (!INSTANCE.test(instance) || instance.length > lengthMax) {
      throw new RangeError(
        `instance name "${instance}": use 1 to ${lengthMax} letters, digits or _`,
      );
    }
    this.prefix = `${instance}-`;
  }

  /** Throws a RangeError for NO_ORDER: it has no text. */
  write(id: ClientOrderId): string {
    if (id <= NO_ORDER) throw new RangeError(`not the id of an order: ${id}`);
    return `${this.prefix}${epochOfOrder(id).toString(36)}-${counterOfOrder(id).toString(36)}`;
  }

  /** The name of the order once it is cancelled. Throws a RangeError for NO_ORDER. */
  writeCanceled(id: ClientOrderId): string {
    return this.write(id) + CANCELED;
  }

  /** The order of either name; NO_ORDER for every text that was not written here. */
  readonly read = (text: string): ClientOrderId => {
    if (!text.startsWith(this.prefix) || text.length > TEXT_LENGTH_MAX) return NO_ORDER;
    const end = text.endsWith(CANCELED) ? text.length - CANCELED.length : text.length;
    const numbers = text.slice(this.prefix.length, end);
    const [epochText = '', counterText = '', ...rest] = numbers.split('-');
    if (rest.length > 0 || !NUMBER.test(epochText) || !NUMBER.test(counterText)) return NO_ORDER;
    const epoch = Number.parseInt(epochText, 36);
    const counter = Number.parseInt(counterText, 36);
    if (epoch > EPOCH_MAX || counter > COUNTER_MAX) return NO_ORDER;
    return clientOrderId(epoch, counter);
  };
}
