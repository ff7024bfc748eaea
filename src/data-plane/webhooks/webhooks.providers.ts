import { ActOnEvents } from './act-on-events.js';
import { CheckSignature } from './check-signature.js';
import { EndByProvider } from './end-by-provider.js';
import { EraseRequested } from './erase-requested.js';
import { NoteEraseRequest } from './note-erase-request.js';
import { PublishedKeys } from './published-keys.js';
import { ReceiveDelivery } from './receive-delivery.js';

/** What webhooks coming in consist of. */
export const WEBHOOKS = [
  PublishedKeys,
  CheckSignature,
  { provide: EraseRequested, useClass: NoteEraseRequest },
  EndByProvider,
  ActOnEvents,
  ReceiveDelivery,
];
