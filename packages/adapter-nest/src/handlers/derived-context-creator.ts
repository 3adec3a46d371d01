import { ApplicationConfig, ExternalContextCreator, type ModulesContainer } from "@nestjs/core";
import { QuietFilters } from "./quiet-filters.ts";

export interface Derivation {
  /** What becomes of a handler's result when the interceptors are through with it. */
  readonly toResult: (result: unknown) => Promise<unknown>;
  /** Is given the filters of each handler for which a context is created. */
  readonly onFilters: (filters: QuietFilters) => void;
}

interface FiltersCreator {
  create(...args: readonly unknown[]): object;
}

/**
 * Nest's public way to run a method with guards, pipes, interceptors and filters, with two steps of it replaced:
 * it would wait for the last value of every Observable, and log every exception that is none of HTTP as a crash.
 */
export function deriveContextCreator(
  creator: ExternalContextCreator,
  { toResult, onFilters }: Derivation,
): ExternalContextCreator {
  const own = Reflect.get(creator, "filtersContextCreator") as FiltersCreator;
  const filtersContextCreator: FiltersCreator = {
    create(...args) {
      const filters = new QuietFilters(own.create(...args));
      onFilters(filters);
      return filters;
    },
  };
  const derived: object = Object.create(creator);
  return Object.assign(derived, {
    transformToResult: toResult,
    filtersContextCreator,
  }) as unknown as ExternalContextCreator;
}

/** One that knows nothing of what was made global: as if the application had set up nothing. */
export function withoutGlobals(modules: ModulesContainer): ExternalContextCreator {
  const container = { getModules: () => modules, applicationConfig: new ApplicationConfig() };
  return ExternalContextCreator.fromContainer(
    container as unknown as Parameters<typeof ExternalContextCreator.fromContainer>[0],
  );
}
