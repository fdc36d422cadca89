import type { Call, Operation } from '#apps/exchange/api/operation.ts';
import type { ListenKeys } from './listen-keys.ts';

const KEYED = {
  security: 'KEY',
  readOnly: true,
  freeWhenDone: false,
  weight: () => 1,
  orders: () => 0,
} as const;
const PATH = '/fapi/v1/listenKey';

/** Making, extending and closing listen keys: with the key's header alone, unsigned. */
export function listenKeyOperations(keys: ListenKeys): readonly Operation[] {
  const open = ({ accountId }: Call) => ({ listenKey: keys.open(accountId) });
  const extend = ({ accountId }: Call) => ({ listenKey: keys.keepAlive(accountId) });
  const close = ({ accountId }: Call) => {
    keys.close(accountId);
    return {};
  };
  return [
    {
      ...KEYED,
      rest: { method: 'POST', path: PATH },
      socketMethod: 'userDataStream.start',
      run: open,
      note: 'the living key again, extended to 60 minutes',
    },
    {
      ...KEYED,
      rest: { method: 'PUT', path: PATH },
      socketMethod: 'userDataStream.ping',
      run: extend,
      note: '-1125 when it is dead',
    },
    {
      ...KEYED,
      rest: { method: 'DELETE', path: PATH },
      socketMethod: 'userDataStream.stop',
      run: close,
      note: 'its streams hear nothing more',
    },
  ];
}
