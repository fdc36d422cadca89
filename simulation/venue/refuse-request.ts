import { CommandKind, type OrderCommand } from '#contracts/commands.ts';
import type { OrderReports } from './order-reports.ts';
import type { OrderTable } from './order-table.ts';
import type { Refusal } from './venue-rules.ts';

/** Answers a request that the venue did not carry out: in the words of its kind, nothing changed. */
export function refuseRequest(
  reports: OrderReports,
  orders: OrderTable,
  command: Readonly<OrderCommand>,
  refusal: Refusal,
): void {
  const { clientOrderId, targetOrderId } = command;
  switch (command.kind) {
    case CommandKind.CANCEL_ORDER:
      reports.cancelRejected(clientOrderId, refusal, orders.findOpen(clientOrderId));
      return;
    case CommandKind.AMEND_ORDER:
      reports.amendRejected(clientOrderId, refusal, orders.findOpen(clientOrderId));
      return;
    case CommandKind.REPLACE_ORDER:
      reports.cancelRejected(targetOrderId, refusal, orders.findOpen(targetOrderId));
      reports.rejected(command, refusal, targetOrderId);
      return;
    case CommandKind.QUERY_ORDER:
      reports.unknown(clientOrderId, refusal);
      return;
    default:
      reports.rejected(command, refusal);
  }
}
