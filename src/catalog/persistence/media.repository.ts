import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { ImageType } from '../domain/image-type.js';
import { toImagePath, toImageSha256 } from '../domain/image-path.js';

export interface MediaFile {
  /** Hexadecimal, lower case. */
  readonly sha256: string;
  readonly contentType: ImageType;
  readonly bytes: Buffer;
}

@Injectable()
export class MediaRepository {
  constructor(private readonly database: Database) {}

  async find(sha256: string): Promise<MediaFile | undefined> {
    const rows = await this.database.query<{ sha256: string; content_type: ImageType; bytes: Buffer }>(
      `SELECT sha256, content_type, bytes FROM media_files WHERE sha256 = $1`,
      [sha256],
    );
    return rows.map((row) => ({ sha256: row.sha256, contentType: row.content_type, bytes: row.bytes }))[0];
  }

  /** @returns those of the paths (`/media/<sha256>`) that are no picture of ours */
  async findMissing(paths: readonly string[], tx?: Tx): Promise<string[]> {
    if (paths.length === 0) return [];
    const rows = await (tx ?? this.database).query<{ sha256: string }>(
      `SELECT sha256 FROM media_files WHERE sha256 = ANY ($1::text[])`,
      [paths.map(toImageSha256)],
    );
    const known = new Set(rows.map((row) => toImagePath(row.sha256)));
    return paths.filter((path) => !known.has(path));
  }

  /** The same bytes again change nothing. */
  async insert(tx: Tx, file: MediaFile): Promise<void> {
    await tx.query(
      `INSERT INTO media_files (sha256, content_type, bytes) VALUES ($1, $2, $3)
       ON CONFLICT ON CONSTRAINT media_files_pkey DO NOTHING`,
      [file.sha256, file.contentType, file.bytes],
    );
  }
}
