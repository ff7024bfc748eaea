import { Injectable } from '@nestjs/common';
import { DataPlaneSettings } from '../../data-plane.settings.js';
import { BrowserBinding } from './browser-binding.js';

/** Bindings of browsers to this installation, whose address says whether it is reached over TLS. */
@Injectable()
export class BrowserBindings {
  constructor(private readonly settings: DataPlaneSettings) {}

  create(): BrowserBinding {
    return BrowserBinding.create(this.#overTls());
  }

  /** Of a request's Cookie header; null where it brings none. */
  of(cookie: string | undefined): BrowserBinding | null {
    return BrowserBinding.of(cookie, this.#overTls());
  }

  #overTls(): boolean {
    return this.settings.publicUrl().startsWith('https:');
  }
}
