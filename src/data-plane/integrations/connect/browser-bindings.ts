import { Injectable } from '@nestjs/common';
import { OwnCookie } from '../../../kernel/own-cookie.js';
import { DataPlaneSettings } from '../../data-plane.settings.js';
import { BrowserBinding } from './browser-binding.js';

/** Bindings of browsers to this installation, whose address says how their cookie is named and marked. */
@Injectable()
export class BrowserBindings {
  constructor(private readonly settings: DataPlaneSettings) {}

  create(): BrowserBinding {
    return BrowserBinding.create(this.#cookie());
  }

  /** Of a request's Cookie header; null where it brings none. */
  of(cookie: string | undefined): BrowserBinding | null {
    return BrowserBinding.of(cookie, this.#cookie());
  }

  /** `Lax`, because the way back from the provider is a navigation from another site. */
  #cookie(): OwnCookie {
    const facts = { name: 'numoon_connect', sameSite: 'Lax' } as const;
    return new OwnCookie(facts, this.settings.publicUrl());
  }
}
