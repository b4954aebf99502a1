import { Injectable } from '@nestjs/common';
import { Retention } from '../../common/retention/index.js';
import { DeliveryRepository } from '../persistence/delivery.repository.js';

/** Lets messages go that the merchant has. Those that failed stay, and can be sent again. */
@Injectable()
export class DeliveredMessages {
  constructor(deliveries: DeliveryRepository, retention: Retention) {
    retention.register({ name: 'notification.delivered', forget: (tx, page) => deliveries.forgetDelivered(tx, page) });
  }
}
