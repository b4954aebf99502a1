import type { Browser, Locator, Page } from 'playwright-core';
import { look, openVisitor, type Visitor, type VisitorOptions } from './browser.js';

/** A customer in front of the upsell pages, who finds things by what they read. */
export class UpsellVisit {
  /** What our pages asked for; where they lead is not theirs. */
  readonly requests: string[] = [];

  private constructor(
    private readonly visitor: Visitor,
    readonly url: string,
  ) {
    this.page.on('request', (request) => {
      const isOfOurs = !request.isNavigationRequest() && request.frame().url().startsWith(`${this.url}/`);
      if (isOfOurs) this.requests.push(request.url());
    });
  }

  static async open(browser: Browser, url: string, options: VisitorOptions = {}): Promise<UpsellVisit> {
    return new UpsellVisit(await openVisitor(browser, url, options), url);
  }

  get page(): Page {
    return this.visitor.page;
  }

  get context(): Visitor['context'] {
    return this.visitor.context;
  }

  get complaints(): string[] {
    return this.visitor.complaints;
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(path);
  }

  /** Waits for the screen of this heading. */
  async sees(heading: string | RegExp): Promise<void> {
    const found = this.page.getByRole('heading', { level: 1, name: heading });
    await found.waitFor().catch(async () => {
      throw new Error(`${this.page.url()} has no heading ${heading}:\n${await this.page.locator('main').innerText()}`);
    });
  }

  async reads(text: string | RegExp): Promise<void> {
    await this.page
      .locator('main')
      .getByText(text)
      .first()
      .waitFor()
      .catch(async () => {
        throw new Error(`${this.page.url()} does not read ${text}:\n${await this.page.locator('main').innerText()}`);
      });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  async press(name: string | RegExp): Promise<void> {
    await this.button(name).click();
  }

  /** What a button says, with plain spaces. */
  async label(name: string | RegExp): Promise<string> {
    return (await this.button(name).innerText()).replaceAll('\u00a0', ' ');
  }

  async text(): Promise<string> {
    return (await this.page.locator('main').innerText()).replaceAll('\u00a0', ' ');
  }

  async look(name: string): Promise<void> {
    await look(this.page, name);
  }

  /** What the page did that it must never do, then closes it. That an answer was no success is said by the page itself. */
  async leave(): Promise<readonly string[]> {
    const { origin } = new URL(this.url);
    const foreign = this.requests.filter((url) => !url.startsWith('data:') && new URL(url).origin !== origin);
    await this.context.close();
    return [...this.complaints.filter((text) => !text.startsWith('Failed to load resource')), ...foreign];
  }
}
