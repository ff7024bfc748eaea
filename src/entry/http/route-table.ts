import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { KEEPS_ITS_ANSWER } from '../../infrastructure/idempotency/idempotent-call.js';
import { ACCESS, type Access } from '../../tenancy/access.js';
import type { EdgeRoute } from './edge-route.js';
import { AccessNotDeclaredError } from './http.errors.js';
import { createMethodFinder } from './problem/method-not-allowed.js';

/** What Nest's own decorators write (`@Controller`, `@Get`); the names are not exported. */
const PATH = 'path';
const METHOD = 'method';
const CONFIG = '__fastify_route_config__';
const ARGUMENTS = '__routeArguments__';

/** Of a handler's arguments, as Nest keys them: kind, colon, position. */
const BODY = '3:';

interface Container {
  get(token: typeof ModulesContainer): ModulesContainer;
}

/**
 * Every route of every controller, sorted by path: the source for the access hook, for the document
 * and for tests that must not forget a route. A route that says nothing of its own takes the access of
 * its class.
 *
 * @throws AccessNotDeclaredError naming every route that does not say who may call it
 */
export function listRoutes(app: Container): EdgeRoute[] {
  const found = controllersOf(app).flatMap(routesOf);
  const silent = found.filter(({ access }) => access === undefined);
  if (silent.length > 0) throw new AccessNotDeclaredError(silent.map(describe));
  return (found as EdgeRoute[]).toSorted((a, b) => compare(describe(a), describe(b)));
}

type Found = Omit<EdgeRoute, 'access'> & { access: Access | undefined };

function controllersOf(app: Container): Type[] {
  const modules = [...app.get(ModulesContainer).values()];
  const classes = modules.flatMap((module) =>
    [...module.controllers.values()].map((wrapper) => wrapper.metatype as Type | null),
  );
  return [...new Set(classes)].filter((metatype) => metatype !== null);
}

function routesOf(controller: Type): Found[] {
  const scanner = new MetadataScanner();
  const prototype = controller.prototype as Record<string, object>;
  return scanner.getAllMethodNames(prototype).flatMap((handler) => {
    const method = prototype[handler] as object;
    if (!Reflect.hasMetadata(METHOD, method)) return [];
    const verb = RequestMethod[Reflect.getMetadata(METHOD, method) as RequestMethod] ?? 'GET';
    const access = (Reflect.getMetadata(ACCESS, method) ??
      Reflect.getMetadata(ACCESS, controller)) as Access | undefined;
    return pathsOf(controller).flatMap((base) =>
      pathsOf(method).map((path) => ({
        method: verb,
        path: join(base, path),
        access,
        takesRawBody: takesRawBody(method),
        takesBody: takesBody(controller, handler),
        keepsItsAnswer: Reflect.getMetadata(KEEPS_ITS_ANSWER, method) === true,
        controller: controller.name,
        handler,
      })),
    );
  });
}

function takesRawBody(method: object): boolean {
  const config = Reflect.getMetadata(CONFIG, method) as { rawBody?: boolean } | undefined;
  return config?.rawBody === true;
}

function takesBody(controller: Type, handler: string): boolean {
  const taken = Reflect.getMetadata(ARGUMENTS, controller, handler) as object | undefined;
  return Object.keys(taken ?? {}).some((key) => key.startsWith(BODY));
}

function pathsOf(target: object): string[] {
  const paths = Reflect.getMetadata(PATH, target) as string | string[] | undefined;
  return Array.isArray(paths) ? paths : [paths ?? ''];
}

function join(...parts: string[]): string {
  const path = parts.flatMap((part) => part.split('/')).filter((part) => part !== '');
  return `/${path.join('/')}`;
}

/** The routes of one application; empty until its modules are there. */
export class RouteTable {
  #routes: readonly EdgeRoute[] = [];
  #findMethods: ((path: string) => string[]) | undefined;

  get routes(): readonly EdgeRoute[] {
    return this.#routes;
  }

  /** @throws AccessNotDeclaredError */
  fill(app: Container): void {
    this.#routes = listRoutes(app);
    this.#findMethods = createMethodFinder(this.#routes);
  }

  /** Under which methods something is at this path; empty where nothing is. */
  methodsAt(path: string): string[] {
    return this.#findMethods?.(path) ?? [];
  }
}

function describe(route: Pick<EdgeRoute, 'method' | 'path' | 'controller' | 'handler'>) {
  return `${route.path} ${route.method} (${route.controller}.${route.handler})`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
