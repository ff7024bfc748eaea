import { ADMIN_TOKEN, type Answer, type TestApp } from '../../support/test-app.js';

export function callAdmin(
  app: TestApp,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  return app.call(method, path, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    ...(body === undefined ? {} : { body }),
  });
}
