import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Sockets that were opened anywhere in this process for a call, by undici's own account. */
export function countConnections(): { readonly opened: number; stop(): void } {
  let opened = 0;
  const count = (): void => {
    opened += 1;
  };
  subscribe('undici:client:connected', count);
  return {
    get opened() {
      return opened;
    },
    stop: () => {
      unsubscribe('undici:client:connected', count);
    },
  };
}
