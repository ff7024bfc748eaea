import { type DynamicModule, Module } from '@nestjs/common';
import { createHeaderPolicies, HEADER_POLICIES } from '../security-headers.js';
import { ConnectController } from './connect.controller.js';

/** The pages of a connection, over the data plane's use cases. */
@Module({})
export class ConnectModule {
  /** @param dataPlane exports `OpenLink`, `CompleteCallback` and `ChooseAccount` */
  static with(dataPlane: DynamicModule, publicUrl: string | null): DynamicModule {
    const policies = createHeaderPolicies(publicUrl?.startsWith('https:') === true);
    return {
      module: ConnectModule,
      imports: [dataPlane],
      controllers: [ConnectController],
      providers: [{ provide: HEADER_POLICIES, useValue: policies }],
    };
  }
}
