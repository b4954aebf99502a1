import type { Browser, Locator } from 'playwright-core';
import { look, openVisitor, type Visitor, type VisitorOptions } from './browser.js';
import type { World } from './world.js';

/** One row of the history table: type, plan, plan before, status, payment. */
type HistoryRow = readonly [type: string, plan: string, oldPlan: string, status: string, payment: string];

/** A person in front of the shop's pages, who finds things by what they read. */
export class Shopper {
  private constructor(
    private readonly visitor: Visitor,
    private readonly world: World,
  ) {}

  static async open(browser: Browser, world: World, options: VisitorOptions = {}): Promise<Shopper> {
    const shopper = new Shopper(await openVisitor(browser, world.storefront.url, options), world);
    await shopper.page.goto('/');
    return shopper;
  }

  get context(): Visitor['context'] {
    return this.visitor.context;
  }

  get page(): Visitor['page'] {
    return this.visitor.page;
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  async press(name: string): Promise<void> {
    await this.button(name).click();
  }

  /** The card of a plan. */
  plan(code: string): Locator {
    return this.page.locator(`[data-plan="orchard-${code}"]`);
  }

  async reads(text: string | RegExp): Promise<void> {
    await this.page
      .getByText(text)
      .first()
      .waitFor()
      .catch(async () => {
        throw new Error(`${this.page.url()} does not read ${text}:\n${await this.page.locator('main').innerText()}`);
      });
  }

  /** What the page is about, as its first heading, its state and its question say. */
  async texts(selector: string): Promise<readonly string[]> {
    return (await this.page.locator(selector).allInnerTexts()).map((text) => text.trim());
  }

  /** On the provider's checkout page. */
  async pay(card: string, button = 'Subscribe'): Promise<void> {
    await this.page.waitForURL(`${this.world.sandbox.url}/**`);
    await this.page.locator(`input[name="card"][value="${card}"]`).check();
    await this.page.getByRole('button', { name: button, exact: true }).click();
  }

  /** In the provider's billing portal, which must be open; afterwards back in the shop. */
  async inPortal(work: (page: Visitor['page']) => Promise<void>): Promise<void> {
    await this.page.waitForURL(`${this.world.sandbox.url}/**`);
    await work(this.page);
    await this.page.getByRole('link', { name: 'Return to the shop' }).click();
    await this.page.waitForURL(`${this.world.storefront.url}/`);
  }

  async useCardInPortal(card: string): Promise<void> {
    await this.inPortal(async (page) => {
      await page.getByRole('combobox').selectOption(card);
      await page.getByRole('button', { name: 'Update card' }).click();
      await page.getByRole('status').waitFor();
    });
  }

  async history(): Promise<readonly HistoryRow[]> {
    const rows = await this.page.locator('table.history tbody tr').all();
    return Promise.all(
      rows.map(async (row) => {
        const cells = await row.locator('td').allInnerTexts();
        return cells.slice(1).map((text) => text.trim()) as unknown as HistoryRow;
      }),
    );
  }

  look(name: string): Promise<void> {
    return look(this.page, name);
  }

  /** @throws Error where the pages themselves were at fault: their script, or what their content security policy stopped */
  async leave(): Promise<void> {
    await this.visitor.context.close();
    const { complaints } = this.visitor;
    if (complaints.length > 0) throw new Error(`the pages complained:\n${complaints.join('\n')}`);
  }
}
