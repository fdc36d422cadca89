/**
 * Goal: an id that comes again and an order beside another one of its task are seen; what may happen is not.
 * Method: commands and reports by hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandKind, OrderCommand } from '#contracts/commands.ts';
import { ExecutionReport, ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { Layer, OrderType, Side } from '#contracts/order.ts';
import type { ClientOrderId, InstrumentIndex, QuantityLots } from '#units/integers.ts';
import { OrderWitness } from './order-witness.ts';

function command(fields: Partial<OrderCommand>): OrderCommand {
  const instrument = 0 as InstrumentIndex;
  const quantityLots = 10 as QuantityLots;
  return Object.assign(new OrderCommand(), {
    instrument,
    layer: Layer.L0,
    quantityLots,
    ...fields,
  });
}

function id(value: number): { clientOrderId: ClientOrderId } {
  return { clientOrderId: value as ClientOrderId };
}

function witnessOf(...commands: readonly OrderCommand[]): OrderWitness {
  const witness = new OrderWitness();
  for (const one of commands) witness.onCommand(one);
  return witness;
}

const HEDGE = {
  instrument: 1 as InstrumentIndex,
  layer: Layer.HEDGE,
  type: OrderType.LIMIT,
};

test('an id comes once, whatever became of its order', () => {
  const witness = witnessOf(command(id(1)));
  const end = Object.assign(new ExecutionReport(), id(1), { status: ReportStatus.FILLED });
  witness.onReport(end);
  assert.throws(() => witness.onCommand(command(id(1))), /order id 1 came twice/);
});

test('a second quote of a side and layer waits for the end of the first, or for its cancel', () => {
  const witness = witnessOf(
    command(id(1)),
    command({ ...id(2), side: Side.SELL }),
    command({ ...id(3), layer: Layer.L1 }),
  );
  assert.throws(() => witness.onCommand(command(id(4))), /order 4 .* came while order 1 /);
  witness.onCommand(command({ ...id(1), kind: CommandKind.CANCEL_ORDER }));
  witness.onCommand(command(id(5)));
  const replacing = { kind: CommandKind.REPLACE_ORDER, targetOrderId: id(5).clientOrderId };
  witness.onCommand(command({ ...id(6), ...replacing }));
  assert.throws(() => witness.onCommand(command(id(7))), /order 7 .* came while order 6 /);
  witness.onReport(Object.assign(new ExecutionReport(), id(6), { status: ReportStatus.CANCELED }));
  witness.onCommand(command(id(8)));
  assert.deepEqual(
    witness.received.map((order) => order.clientOrderId),
    [1, 2, 3, 5, 6, 8],
  );
});

test('a hedge stands alone, on whatever side, also beside one of a process that died', () => {
  const witness = witnessOf(command({ ...id(1), ...HEDGE }), command(id(2)));
  witness.onBegin([{ ...id(1), quantityLots: 10, filledLots: 4 }]);
  assert.throws(
    () => witness.onCommand(command({ ...id(3), ...HEDGE, side: Side.SELL })),
    /order 3 .* came while order 1 /,
  );
  // The quote was forgotten with the end of a journal: the process could not know.
  witness.onCommand(command(id(4)));
  const listed = { channel: ReportChannel.QUERY, tradeId: 5, lastQuantityLots: 6 as QuantityLots };
  witness.onReport(Object.assign(new ExecutionReport(), id(1), listed));
  // Now all of the hedge has been told as trades.
  witness.onCommand(command({ ...id(5), ...HEDGE }));
});
