import { Stripe } from 'stripe';

/**
 * The SDK's HTTP client, for which an answer that is JSON but no object (a proxy's `"error"`, `null`) is as unreadable as HTML.
 * The SDK itself trips over it outside of the call's promise: the process would end, and the caller never be answered.
 */
export function createStripeHttpClient(): ReturnType<typeof Stripe.createNodeHttpClient> {
  const client = Stripe.createNodeHttpClient();
  const makeRequest = client.makeRequest.bind(client);
  client.makeRequest = async (...request: Parameters<typeof makeRequest>) => {
    const response = await makeRequest(...request);
    const toJSON = response.toJSON.bind(response);
    response.toJSON = async () => requireObject(await toJSON());
    return response;
  };
  return client;
}

function requireObject(value: unknown): object {
  if (typeof value === 'object' && value !== null) return value;
  throw new SyntaxError('the answer is not a JSON object');
}
