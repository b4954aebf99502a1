import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DodoCallPipeline } from './call-pipeline.js';

/** One door for Dodo's whole API: its rules apply to every call in one fixed order. Hosted pages have addresses of their own. */
@Controller()
export class DodoApiController {
  constructor(@Inject(DodoCallPipeline) private readonly pipeline: DodoCallPipeline) {}

  @All('dodo/*')
  async handle(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const [path = '', query = ''] = request.url.split('?', 2);
    const result = await this.pipeline.handle({
      method: request.method,
      path,
      query,
      body: request.body ?? undefined,
      authorization: request.headers.authorization,
    });
    if (result.kind === 'broken') {
      reply.hijack();
      reply.raw.destroy();
      return;
    }
    await reply.status(result.answer.status).headers(result.answer.headers).send(result.answer.body);
  }
}
