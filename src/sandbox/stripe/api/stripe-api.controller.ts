import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallPipeline } from './call-pipeline.js';

/** One door for the whole of `/v1`: Stripe's rules apply to every call in one fixed order. */
@Controller()
export class StripeApiController {
  constructor(@Inject(CallPipeline) private readonly pipeline: CallPipeline) {}

  @All('v1/*')
  async handle(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const [path = '', query = ''] = request.url.split('?', 2);
    const result = await this.pipeline.handle({
      method: request.method,
      path: decodeURIComponent(path),
      query,
      body: typeof request.body === 'string' ? request.body : '',
      headers: request.headers,
    });
    if (result.kind === 'broken') {
      reply.hijack();
      reply.raw.destroy();
      return;
    }
    await reply.status(result.answer.status).headers(result.answer.headers).send(result.answer.body);
  }
}
