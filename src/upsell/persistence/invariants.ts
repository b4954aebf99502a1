import { Injectable } from '@nestjs/common';
import { Invariants } from '../../common/invariants/index.js';
import { ACCESS_INVARIANTS } from './access-invariants.js';
import { PAYMENT_INVARIANTS } from './payment-invariants.js';
import { SALE_INVARIANTS } from './sale-invariants.js';

/** What upsell promises of its own rows, and of what they say together with those of the modules below. */
@Injectable()
export class UpsellInvariants {
  constructor(invariants: Invariants) {
    invariants.register([...PAYMENT_INVARIANTS, ...ACCESS_INVARIANTS, ...SALE_INVARIANTS]);
  }
}
