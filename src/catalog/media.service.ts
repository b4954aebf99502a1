import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { computeImageType } from './domain/image-type.js';
import { MediaRepository, type MediaFile } from './persistence/media.repository.js';

const HOW_TO_SEND = "Send the picture's bytes as the body, with its Content-Type; not a form.";

/** Pictures of products and offers. They are kept here: a page that takes money loads nothing from elsewhere. */
@Injectable()
export class MediaService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly media: MediaRepository,
  ) {}

  /**
   * Stores a picture; the same bytes again are the same picture.
   *
   * @throws ApplicationError media_not_acceptable when the bytes are none of the kinds that we take
   */
  async store(bytes: Buffer): Promise<MediaFile> {
    const contentType = computeImageType(bytes);
    if (!contentType) throw new ApplicationError('media_not_acceptable', { detail: HOW_TO_SEND });
    const file = { sha256: createHash('sha256').update(bytes).digest('hex'), contentType, bytes };
    await this.unitOfWork.run((tx) => this.media.insert(tx, file));
    return file;
  }

  /** @throws ApplicationError media_not_found */
  async get(sha256: string): Promise<MediaFile> {
    const file = await this.media.find(sha256);
    if (!file) throw new ApplicationError('media_not_found');
    return file;
  }

  /** @throws ApplicationError validation_failed naming the field `image`. Pictures are never deleted: what is there stays. */
  async requireImage(path: string | null, tx: Tx): Promise<void> {
    const missing = await this.media.findMissing(path === null ? [] : [path], tx);
    if (missing.length === 0) return;
    throw new ApplicationError('validation_failed', {
      fields: [{ field: 'image', message: 'no such image: upload it first' }],
    });
  }
}
