/** A link of one organisation, in a mail that may have several. */
export interface LinkedOrganization {
  name: string;
  slug: string;
  link: string;
}

/**
 * For the text of a mail. Anybody can call an organisation anything, so the name stands in quotes and
 * nothing in it reads as an address that a mail program would make a link of.
 */
export function inMail({ name, slug }: Pick<LinkedOrganization, 'name' | 'slug'>): string {
  return `"${name.replaceAll('"', "'").replaceAll(/(?<=\S)[.:/@](?=\S)/gu, ' $& ')}" (${slug})`;
}

/** Each with its link below it. */
export function listInMail(organizations: readonly LinkedOrganization[]): string {
  return organizations.map((it) => `${inMail(it)}:\n\n${it.link}`).join('\n\n');
}
