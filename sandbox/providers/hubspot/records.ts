/** A property of an object type, as `GET /crm/properties` lists it, and how a record answers for it. */
export interface PropertyOf<R> {
  name: string;
  label: string;
  type: 'string' | 'number' | 'datetime' | 'enumeration' | 'bool';
  fieldType: string;
  calculated?: boolean;
  options?: readonly { value: string; label: string }[];
  /** Text, as every value of this provider is; null where the record has none. */
  read(record: R): string | null;
}

/** A record ready to be shown: its values by the names of its type's properties. */
export interface CrmRecord {
  id: number;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
  /** undefined: there is no such property, which is passed over in silence. */
  value(property: string): string | null | undefined;
  /** Past values, newest first; for the properties that keep them. */
  history(property: string): readonly HistoryEntry[] | undefined;
}

export interface HistoryEntry {
  value: string;
  timestamp: string;
  sourceType: string;
  /** Who did it: an e-mail address where a person did. */
  sourceId: string;
}

/** What can be asked about: deals or contacts of one account at one instant. */
export interface ObjectSet {
  /** The name or number it has in paths. */
  type: string;
  properties: readonly Pick<PropertyOf<never>, 'name' | 'type'>[];
  /** Returned when nothing in particular is asked for. */
  byDefault: readonly string[];
  /** Returned in any case. */
  always: readonly string[];
  /** In the order of their ids. */
  live: readonly CrmRecord[];
  archived: readonly CrmRecord[];
}

/** ISO 8601 with milliseconds and Z. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** One record in the form all answers share. */
export function shown(
  set: ObjectSet,
  record: CrmRecord,
  properties: readonly string[] | null,
  withHistory: readonly string[] = [],
): Record<string, unknown> {
  const asked = new Set([...set.always, ...(properties ?? set.byDefault), ...withHistory]);
  const values: Record<string, string | null> = {};
  for (const name of asked) {
    const value = record.value(name);
    if (value !== undefined) values[name] = value;
  }
  const history: Record<string, readonly HistoryEntry[]> = {};
  for (const name of withHistory) {
    const past = record.history(name);
    if (past !== undefined) history[name] = past;
  }
  return {
    id: String(record.id),
    properties: values,
    ...(withHistory.length > 0 ? { propertiesWithHistory: history } : {}),
    createdAt: iso(record.createdAt),
    updatedAt: iso(record.updatedAt),
    archived: record.archivedAt !== null,
    ...(record.archivedAt === null ? {} : { archivedAt: iso(record.archivedAt) }),
  };
}
