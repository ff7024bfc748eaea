import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtension,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Anyone, Holder } from '../../tenancy/access.js';
import {
  AddressProvedAnswer,
  CompleteAddressProofBody,
  ProofRequestedAnswer,
  RequestAddressProofBody,
} from './addresses.dto.js';
import { CompleteAddressProof } from './complete-address-proof.js';
import { RequestAddressProof } from './request-address-proof.js';

@ApiTags('Signing in')
@Controller('v1/email-verifications')
export class AddressesController {
  constructor(
    private readonly requestProof: RequestAddressProof,
    private readonly completeProof: CompleteAddressProof,
  ) {}

  @Post()
  @HttpCode(202)
  @Anyone()
  @ApiOperation({
    operationId: 'requestEmailVerification',
    summary: 'Have links sent that confirm an address; the answer is the same for any address',
  })
  @ApiAcceptedResponse({
    type: ProofRequestedAnswer,
    description:
      'If somebody signs in with the address and has not confirmed it, links are on their way.',
  })
  request(@Body() body: RequestAddressProofBody, @Ip() address: string): ProofRequestedAnswer {
    return this.requestProof.execute(body, address);
  }

  @Post('complete')
  @HttpCode(200)
  @Holder()
  @ApiOperation({
    operationId: 'completeEmailVerification',
    summary: 'Confirm the address with the link’s token',
  })
  @ApiOkResponse({ type: AddressProvedAnswer })
  @ApiExtension('x-error-codes', ['email_verification_invalid'])
  complete(@Body() body: CompleteAddressProofBody): Promise<AddressProvedAnswer> {
    return this.completeProof.execute(body);
  }
}
