/** A hosted page's hidden fields, as the form whose action ends with `action` has them. */
async function readForm(
  url: string,
  action: string,
  marker = '',
): Promise<{ action: string; fields: URLSearchParams }> {
  const html = await (await fetch(url)).text();
  const forms = html.match(/<form[\s\S]*?<\/form>/g) ?? [];
  const form = forms.find((each) => each.includes(`/${action}"`) && each.includes(marker));
  if (!form) throw new Error(`the page at ${url} has no form "${action}" ${marker}:\n${html}`);
  const fields = new URLSearchParams();
  for (const [, name = '', value = ''] of form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)) {
    fields.set(name, value);
  }
  return { action: new URL(/action="([^"]+)"/.exec(form)?.[1] ?? '', url).href, fields };
}

/** Sends a hosted page's form as a browser would. */
export async function submit(url: string, fields: URLSearchParams): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: fields, redirect: 'manual' });
  if (response.status !== 303) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

/** The billing portal's pages, used as a browser would use them. */
export class Portal {
  constructor(private readonly url: string) {}

  async choose(priceId: string): Promise<void> {
    const { action, fields } = await readForm(this.url, 'plan', priceId);
    await submit(action, fields);
  }

  /** Another card, for what is charged from now on. */
  async enterCard(card: string): Promise<void> {
    const { action, fields } = await readForm(this.url, 'card');
    fields.set('card', card);
    await submit(action, fields);
  }

  /** Ends the subscription with its period. */
  async cancel(): Promise<void> {
    const { action, fields } = await readForm(this.url, 'cancel');
    await submit(action, fields);
  }

  /** Takes a scheduled change back: "Don't change plan". */
  async keepPlan(): Promise<void> {
    const { action, fields } = await readForm(this.url, 'undo');
    await submit(action, fields);
  }
}
