import { AppError } from '../../../kernel/app-error.js';

export class ConnectorNameError extends AppError {
  constructor(name: string) {
    super(
      'connector_name_invalid',
      `"${name}" cannot be the name of a connector: lower case letters, digits and single hyphens, beginning with a letter.`,
      { fields: { name } },
    );
  }
}

export class ConnectorExistsError extends AppError {
  constructor(name: string) {
    super(
      'connector_exists',
      `There is a folder "${name}" among the connectors already. Go on with it, or choose another name.`,
      {
        fields: { name },
      },
    );
  }
}

/** Commands for connectors work on the source, and the program does not run from a checkout. */
export class NoCheckoutError extends AppError {
  constructor(folder: string) {
    super(
      'connector_source_missing',
      `There is no ${folder}. Run this in a checkout of the source.`,
      { fields: { folder } },
    );
  }
}

/** One that cannot even be looked at; its module fails, or is TypeScript and this program is compiled. */
export class ConnectorUnloadableError extends AppError {
  constructor(folder: string, cause: unknown) {
    const said = cause instanceof Error ? cause.message : String(cause);
    super(
      'connector_unloadable',
      `A connector could not be loaded: ${said} Where it is TypeScript outside src/connectors, name the folder of what was compiled.`,
      { fields: { folder }, cause },
    );
  }
}
