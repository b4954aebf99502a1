/** Sends what is due at an endpoint. */
export const DELIVER = 'notification.deliver';

export interface DeliverPayload {
  readonly endpointId: string;
}
