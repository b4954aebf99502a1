import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { DeliveryRepository } from '../persistence/delivery.repository.js';
import { EndpointRepository } from '../persistence/endpoint.repository.js';
import { DELIVER } from './deliver-job.js';

const DELIVERY_SWEEP = 'notification.sweep';
const EVERY_MINUTE = '* * * * *';
const OVERDUE_SECONDS = 30;

/** Sends what nobody sent though it was due: its job was lost, or failed for good. Also forgets secrets that sign no more. */
@Injectable()
export class DeliverySweep {
  private readonly logger = new Logger(DeliverySweep.name);

  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly endpoints: EndpointRepository,
    private readonly jobs: Jobs,
    private readonly unitOfWork: UnitOfWork,
  ) {
    jobs.register(DELIVERY_SWEEP, () => this.run());
    jobs.schedule(DELIVERY_SWEEP, EVERY_MINUTE);
  }

  async run(): Promise<void> {
    const overdue = await this.deliveries.findOverdueEndpoints(OVERDUE_SECONDS);
    await this.unitOfWork.run(async (tx) => {
      await this.endpoints.forgetOldSecrets(tx);
      for (const endpointId of overdue) {
        await this.jobs.add(tx, DELIVER, { endpointId }, { key: `${DELIVER}:sweep:${endpointId}` });
      }
    });
    if (overdue.length > 0) this.logger.warn({ message: 'overdue merchant webhooks', endpoints: overdue.length });
  }
}
