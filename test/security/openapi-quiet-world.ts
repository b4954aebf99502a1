import { credentialsOf, type Credential } from './openapi-credentials.js';
import { readPools, type Pools } from './openapi-pools.js';
import { Sender } from './openapi-request.js';
import { FullWorld } from './openapi-world.js';

/** The full world without its worker, so that nothing changes but by what a test sends; and what tests of the document send by. */
export class QuietWorld {
  private constructor(
    readonly world: FullWorld,
    readonly credentials: readonly Credential[],
    readonly pools: Pools,
    readonly sender: Sender,
  ) {}

  static async start(name: string): Promise<QuietWorld> {
    const world = await FullWorld.start(name);
    const credentials = await credentialsOf(world);
    const pools = await readPools(world);
    return new QuietWorld(world, credentials, pools, new Sender(await world.leaveWorker()));
  }

  async close(): Promise<void> {
    this.sender.close();
    await this.world.close();
  }
}
