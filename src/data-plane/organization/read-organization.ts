import { Injectable } from '@nestjs/common';
import { Tenancy } from '../../tenancy/tenancy.js';
import { OrganizationRepository } from './organization.repository.js';
import { DataPlaneSettings } from '../data-plane.settings.js';
import { storageView, type TenantSummary, type TenantView } from './organization.dto.js';

/** The tenant in context: what the catalog knows of it, and what only its own database does. */
@Injectable()
export class ReadOrganization {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly organization: OrganizationRepository,
    private readonly settings: DataPlaneSettings,
  ) {}

  async execute(): Promise<TenantView> {
    const { createdAt, storage } = this.tenancy.current().tenant;
    const summary = await this.summary();
    return { ...summary, createdAt, storage: storageView(storage, this.settings) };
  }

  async summary(): Promise<TenantSummary> {
    const { id, status, isolation, region } = this.tenancy.current().tenant;
    const { name, slug } = await this.organization.read();
    return { id, name, slug, status, isolation, region };
  }
}
