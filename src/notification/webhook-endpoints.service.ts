import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { Config } from '../config/index.js';
import { findUrlProblem } from './domain/webhook-url.js';
import { DeliveryRepository } from './persistence/delivery.repository.js';
import { EndpointRepository, type EndpointDetails, type WebhookEndpoint } from './persistence/endpoint.repository.js';
import { namesPrivateAddress } from './sending/public-address.js';
import { createSecret } from './sending/signature.js';

/** How long the secret before a rotation signs too. */
const ROTATION_HOURS = 24;

/** Where the merchant's back end is told of events, as admins set it up. */
@Injectable()
export class WebhookEndpointsService {
  private readonly logger = new Logger(WebhookEndpointsService.name);

  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly config: Config,
  ) {}

  /** Inactive ones too, newest first. */
  list(): Promise<readonly WebhookEndpoint[]> {
    return this.endpoints.findAll();
  }

  /** @throws ApplicationError webhook_endpoint_not_found */
  async get(uuid: string): Promise<WebhookEndpoint> {
    return orNotFound(await this.endpoints.find(uuid));
  }

  /** @returns the endpoint and its secret, which is told this once. @throws ApplicationError webhook_url_not_allowed */
  async create(details: EndpointDetails): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
    this.checkUrl(details.url);
    const secret = createSecret();
    const endpoint = await this.unitOfWork.run((tx) => this.endpoints.insert(tx, details, secret));
    this.logger.log({ message: 'merchant webhook endpoint created', endpoint_uuid: endpoint.uuid });
    return { endpoint, secret };
  }

  /**
   * Changes what is given. Messages that failed while it was inactive stay failed until they are replayed.
   *
   * @throws ApplicationError webhook_endpoint_not_found, webhook_url_not_allowed
   */
  async update(
    uuid: string,
    change: Partial<EndpointDetails & { readonly isActive: boolean }>,
  ): Promise<WebhookEndpoint> {
    if (change.url !== undefined) this.checkUrl(change.url);
    return this.unitOfWork.run(async (tx) => {
      const endpoint = orNotFound(await this.endpoints.update(tx, uuid, change));
      if (!endpoint.isActive) await this.deliveries.failPendingOf(tx, uuid);
      return endpoint;
    });
  }

  /** Nothing is sent to it any more; what waits for it fails. @throws ApplicationError webhook_endpoint_not_found */
  async deactivate(uuid: string): Promise<void> {
    await this.update(uuid, { isActive: false });
    this.logger.log({ message: 'merchant webhook endpoint deactivated', endpoint_uuid: uuid });
  }

  /**
   * Makes a new secret; the present one signs beside it for a day, so that the receiver can change over without a gap.
   *
   * @returns the endpoint and its new secret, which is told this once. @throws ApplicationError webhook_endpoint_not_found
   */
  async rotateSecret(uuid: string): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
    const secret = createSecret();
    const endpoint = orNotFound(
      await this.unitOfWork.run((tx) => this.endpoints.rotateSecret(tx, uuid, secret, ROTATION_HOURS)),
    );
    this.logger.log({ message: 'merchant webhook secret rotated', endpoint_uuid: uuid });
    return { endpoint, secret };
  }

  private checkUrl(url: string): void {
    const allowPrivate = this.config.merchantWebhooks.allowPrivateAddresses;
    const problem = findUrlProblem(url, { allowPrivate });
    if (problem) throw notAllowed(problem);
    // A name is looked up when it is connected to; that an address is private can be told at once.
    if (!allowPrivate && namesPrivateAddress(new URL(url))) throw notAllowed('url must lead to the public internet');
  }
}

const notAllowed = (message: string): ApplicationError =>
  new ApplicationError('webhook_url_not_allowed', { fields: [{ field: 'url', message }] });

function orNotFound(endpoint: WebhookEndpoint | undefined): WebhookEndpoint {
  if (!endpoint) throw new ApplicationError('webhook_endpoint_not_found');
  return endpoint;
}
