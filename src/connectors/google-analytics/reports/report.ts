/** One report of the API, and where its columns go. */
export interface Report {
  /** API names after `date`, with the names of our dimensions. */
  dimensions: readonly { api: string; name: string }[];
  columns: readonly Column[];
}

export interface Column {
  api: string;
  metric: string;
  /** Digits after the point that are kept. */
  digits: number;
  money?: true;
  /** Dimensions that the column itself says: a funnel's step. */
  fixed?: Readonly<Record<string, string>>;
}
