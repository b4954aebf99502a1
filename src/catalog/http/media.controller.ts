import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems, RawBodyRoute } from '../../common/http/index.js';
import { AdminRoute } from '../../identity/index.js';
import { toImagePath } from '../domain/image-path.js';
import { IMAGE_TYPES } from '../domain/image-type.js';
import { MediaService } from '../media.service.js';
import { MediaPathDto, UploadedMediaDto } from './media.dto.js';

const MOST_BYTES = 500_000;
/** A path names its bytes: they never change. Pages of the merchant's own show them too. */
const FOR_EVER = 'public, max-age=31536000, immutable';

@ApiTags('admin: catalogue')
@AdminRoute()
@Controller('api/v1/admin/media')
export class MediaUploadController {
  constructor(private readonly media: MediaService) {}

  @Post()
  @HttpCode(200)
  @RawBodyRoute({ bodyLimit: MOST_BYTES })
  @ApiOperation({
    summary: 'Upload a picture',
    description: 'At most 500 kB. The kind is told by the bytes alone; the same bytes again give the same path.',
  })
  @ApiConsumes(...IMAGE_TYPES)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ type: UploadedMediaDto })
  @ApiProblems('media_not_acceptable', 'payload_too_large')
  async upload(@Req() request: FastifyRequest): Promise<UploadedMediaDto> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0); // no body is no picture
    const file = await this.media.store(body);
    return { path: toImagePath(file.sha256), content_type: file.contentType, size: body.length };
  }
}

@ApiTags('media')
@Controller('media')
export class MediaController {
  constructor(private readonly media: MediaService) {}

  @Get(':sha256')
  @ApiOperation({ summary: 'A picture of a product, an offer or a funnel step' })
  @ApiProduces(...IMAGE_TYPES)
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 304, description: 'The caller has it: its `If-None-Match` names it' })
  @ApiProblems('media_not_found', 'validation_failed')
  async read(
    @Param() { sha256 }: MediaPathDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    const file = await this.media.get(sha256);
    const tag = `"${sha256}"`;
    void reply.headers({ 'cache-control': FOR_EVER, etag: tag, 'cross-origin-resource-policy': 'cross-origin' });
    if (request.headers['if-none-match']?.includes(tag)) return void reply.status(304);
    void reply.headers({ 'content-type': file.contentType, 'content-disposition': 'inline' });
    return file.bytes;
  }
}
