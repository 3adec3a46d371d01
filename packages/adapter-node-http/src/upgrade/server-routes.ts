import type { EventEmitter } from "node:events";
import type { Cancel } from "@encke/core";

interface Installed<Route> {
  readonly routes: Set<Route>;
  readonly restore: readonly Cancel[];
}

/** The routes of all servers. Each server is changed for them once, as long as it has at least one. */
export class ServerRoutes<Route> {
  readonly #install: (server: EventEmitter, routes: ReadonlySet<Route>) => readonly Cancel[];
  readonly #installed = new WeakMap<EventEmitter, Installed<Route>>();

  /** `install` changes a server and returns what undoes that. The routes that it is given come and go later. */
  constructor(install: (server: EventEmitter, routes: ReadonlySet<Route>) => readonly Cancel[]) {
    this.#install = install;
  }

  add(server: EventEmitter, route: Route): Cancel {
    const { routes, restore } = this.#installed.get(server) ?? this.#change(server);
    routes.add(route);
    return () => {
      const wasThere = routes.delete(route);
      if (!wasThere || routes.size > 0) return;
      this.#installed.delete(server);
      for (const step of restore) step();
    };
  }

  #change(server: EventEmitter): Installed<Route> {
    const routes = new Set<Route>();
    const installed = { routes, restore: this.#install(server, routes) };
    this.#installed.set(server, installed);
    return installed;
  }
}
