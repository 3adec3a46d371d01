import { createServer } from "node:http";
import { createRequire } from "node:module";
import { cometMiddleware } from "@encke/adapter-express";
import compression from "compression";
import express5, { type ErrorRequestHandler, type Express } from "express";
import helmet from "helmet";
import { describe, expect, it } from "vitest";
import { answer, FakeComet, hold } from "../http/support/fake-comet.ts";
import { post, RawPeer } from "../http/support/raw-peer.ts";
import { listen } from "../http/support/serve.ts";
import { until } from "../http/support/until.ts";

/** Has no types of its own; those of version 5 fit what is used here. */
const express4: typeof express5 = createRequire(import.meta.url)("express4");

const MESSAGE = { channel: "/a", id: "1", data: "ü" };
const BODY = JSON.stringify(MESSAGE);
const JSON_TYPE = { "Content-Type": "application/json" };
const FORM_TYPE = { "Content-Type": "application/x-www-form-urlencoded" };

async function serve(app: Express): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(app))}`;
}

async function send(url: string, body = BODY, headers: Record<string, string> = JSON_TYPE) {
  return fetch(url, { method: "POST", body, headers });
}

describe.each([
  ["Express 5", express5],
  ["Express 4", express4],
])("%s", (_version, express) => {
  it.each(["", "/", "/connect", "/handshake?a=b"])(
    "B11 serves its mount with %j behind it",
    async (suffix) => {
      const comet = new FakeComet();
      const app = express();
      app.use("/comet", cometMiddleware(comet));
      expect((await send(`${await serve(app)}/comet${suffix}`)).status).toBe(200);
      expect(comet.handed[0]!.messages).toEqual([MESSAGE]);
      expect(comet.handed[0]!.context.url).toBe(`/comet${suffix}`);
    },
  );

  it("H6 leaves all other paths to the application", async () => {
    const comet = new FakeComet();
    const app = express();
    app.use("/comet", cometMiddleware(comet));
    app.post("/cometX", (_request, response) => {
      response.sendStatus(201);
    });
    const url = await serve(app);
    expect((await send(`${url}/cometX`)).status).toBe(201);
    expect((await send(`${url}/other`)).status).toBe(404);
    expect(comet.handed).toEqual([]);
  });

  it("serves a path of its own when it is mounted at the root", async () => {
    const app = express();
    app.use(cometMiddleware(new FakeComet(), { path: "/comet" }));
    app.post("/other", (_request, response) => {
      response.sendStatus(201);
    });
    const url = await serve(app);
    expect((await send(`${url}/comet/connect`)).status).toBe(200);
    expect((await send(`${url}/other`)).status).toBe(201);
  });

  it.each<[string, string, Record<string, string>, unknown[]]>([
    ["a message", BODY, JSON_TYPE, [MESSAGE]],
    ["an array", `[${BODY},${BODY}]`, JSON_TYPE, [MESSAGE, MESSAGE]],
    ["a form", `message=${encodeURIComponent(BODY)}`, FORM_TYPE, [MESSAGE]],
    [
      "a form with several fields",
      `message=${encodeURIComponent(BODY)}&message=${encodeURIComponent(`[${BODY}]`)}`,
      FORM_TYPE,
      [MESSAGE, MESSAGE],
    ],
    ["a text", BODY, { "Content-Type": "text/plain" }, [MESSAGE]],
    [
      "a form in a text",
      `message=${encodeURIComponent(BODY)}`,
      { "Content-Type": "text/plain" },
      [MESSAGE],
    ],
    ["bytes", BODY, { "Content-Type": "application/octet-stream" }, [MESSAGE]],
    ["what no parser wanted", BODY, { "Content-Type": "x/y" }, [MESSAGE]],
  ])(
    "takes %s that was parsed before, and one that was not",
    async (_name, body, type, messages) => {
      const comet = new FakeComet();
      const app = express();
      app.use("/raw", cometMiddleware(comet));
      app.use(express.json(), express.urlencoded({ extended: true }), express.text());
      app.use(express.raw({ type: "application/octet-stream" }));
      app.use("/parsed", cometMiddleware(comet));
      const url = await serve(app);
      for (const path of ["raw", "parsed"]) {
        expect((await send(`${url}/${path}`, body, type)).status).toBe(200);
      }
      expect(comet.handed.map((exchange) => exchange.messages)).toEqual([messages, messages]);
    },
  );

  it.each<[string, string, Record<string, string>]>([
    ["an empty array", "[]", JSON_TYPE],
    ["an array of numbers", "[1]", JSON_TYPE],
    ["a form without messages", "a=b", FORM_TYPE],
    ["a form with a message that is not JSON", "message=x", FORM_TYPE],
    ["a form with an object for a message", "message[a]=b", FORM_TYPE],
    ["a text that is not JSON", "x", { "Content-Type": "text/plain" }],
  ])("B6 answers %s that was parsed before with 400", async (_name, body, type) => {
    const comet = new FakeComet();
    const app = express();
    app.use(express.json(), express.urlencoded({ extended: true }), express.text());
    app.use("/comet", cometMiddleware(comet));
    expect((await send(`${await serve(app)}/comet`, body, type)).status).toBe(400);
    expect(comet.handed).toEqual([]);
  });

  it.each<[string, string, Record<string, string>]>([
    ["JSON", JSON.stringify({ channel: "/a", data: "x".repeat(200) }), JSON_TYPE],
    ["a form", `message=${"x".repeat(200)}`, FORM_TYPE],
    ["text", "x".repeat(200), { "Content-Type": "text/plain" }],
  ])("S2 limits %s that was parsed before", async (_name, body, type) => {
    const app = express();
    app.use(express.json(), express.urlencoded({ extended: false }), express.text());
    app.use("/comet", cometMiddleware(new FakeComet({ bodyBytes: 100 })));
    expect((await send(`${await serve(app)}/comet`, body, type)).status).toBe(413);
  });

  it("S4 answers when something has read the body and left nothing", async () => {
    const app = express();
    app.use((request, _response, next) => {
      request.resume().once("end", () => next());
    });
    app.use("/comet", cometMiddleware(new FakeComet()));
    expect((await send(`${await serve(app)}/comet`)).status).toBe(400);
  });

  it("leaves errors of those before it to the application", async () => {
    const app = express();
    app.use(express.json());
    app.use("/comet", cometMiddleware(new FakeComet()));
    const onError: ErrorRequestHandler = (_error, _request, response, _next) => {
      response.sendStatus(418);
    };
    app.use(onError);
    expect((await send(`${await serve(app)}/comet`, "{")).status).toBe(418);
  });

  it("H7 sends a held answer through compression, small and large", async () => {
    const comet = new FakeComet();
    comet.handle = hold;
    const app = express();
    app.use(compression());
    app.use("/comet", cometMiddleware(comet));
    const url = await serve(app);
    for (const [at, text] of ["x", "x".repeat(100_000)].entries()) {
      const response = send(`${url}/comet`);
      const exchange = await comet.exchange(at + 1);
      answer(exchange, [text]);
      expect(await (await response).json()).toEqual([text]);
      expect((await response).headers.get("content-encoding")).toBe(at === 0 ? null : "gzip");
      expect((await response).headers.get("content-type")).toBe("application/json;charset=UTF-8");
      await until(() => exchange.wasSent === true);
    }
  });

  it("H1 notices a peer that leaves while its answer is held behind compression", async () => {
    const comet = new FakeComet();
    comet.handle = hold;
    const app = express();
    app.use(compression(), express.json());
    app.use("/comet", cometMiddleware(comet));
    const peer = await RawPeer.connect(await listen(createServer(app)));
    await peer.write(post(BODY, JSON_TYPE));
    const exchange = await comet.exchange();
    expect(exchange.isAbandoned).toBe(false);
    peer.socket.destroy();
    await until(() => exchange.isAbandoned);
  });

  it("keeps the headers and cookies that others set", async () => {
    const app = express();
    app.use(helmet(), (_request, response, next) => {
      response.cookie("mine", "1");
      next();
    });
    app.use("/comet", cometMiddleware(new FakeComet()));
    const { headers } = await send(`${await serve(app)}/comet`, '{"channel":"/meta/handshake"}');
    expect(headers.get("content-security-policy")).toContain("default-src");
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(/^mine=1/),
      expect.stringMatching(/^BAYEUX_BROWSER=/),
    ]);
  });

  it("answers through a wrapper that knows headers only one by one", async () => {
    const app = express();
    app.use((_request, response, next) => {
      const writeHead = response.writeHead.bind(response);
      response.writeHead = (status: number, ...rest: unknown[]) => {
        if (rest.length > 0) throw new TypeError("These headers are not understood.");
        return writeHead(status);
      };
      next();
    });
    app.use("/comet", cometMiddleware(new FakeComet()));
    const response = await send(`${await serve(app)}/comet`);
    expect(response.headers.get("content-type")).toBe("application/json;charset=UTF-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toHaveLength(1);
  });

  it("lets nobody but the peer suffer from middleware that throws while it answers", async () => {
    const comet = new FakeComet();
    comet.handle = hold;
    const app = express();
    app.use((_request, response, next) => {
      response.writeHead = () => {
        throw new Error("mine");
      };
      next();
    });
    app.use("/comet", cometMiddleware(comet));
    const response = send(`${await serve(app)}/comet`);
    const exchange = await comet.exchange();
    expect(() => answer(exchange, [1])).not.toThrow();
    expect(exchange.wasSent).toBe(false);
    expect(comet.logged).toMatchObject([{ level: "error" }]);
    await expect(response).rejects.toThrow();
  });

  it("gives up an exchange that other middleware has begun to answer", async () => {
    const comet = new FakeComet();
    comet.handle = hold;
    let end = (): void => undefined;
    const app = express();
    app.use((_request, response, next) => {
      end = () => response.end("late");
      next();
      response.status(503).write("too ");
    });
    app.use("/comet", cometMiddleware(comet));
    const response = await send(`${await serve(app)}/comet`);
    const exchange = await comet.exchange();
    expect(exchange.isAbandoned).toBe(false);
    expect(answer(exchange, [])).toBe(false);
    end();
    expect(await response.text()).toBe("too late");
  });

  it("gives up an exchange that other middleware has answered", async () => {
    const comet = new FakeComet();
    comet.handle = hold;
    const app = express();
    app.use((_request, response, next) => {
      comet.exchange().then(() => response.sendStatus(503), next);
      next();
    });
    app.use("/comet", cometMiddleware(comet));
    expect((await send(`${await serve(app)}/comet`)).status).toBe(503);
    const exchange = await comet.exchange();
    expect(answer(exchange, [])).toBe(false);
  });

  it.each([
    [false, ["127.0.0.1", false]],
    [1, ["10.0.0.1", true]],
  ])(
    "has the peer's address and way from Express, with trust proxy %j",
    async (trust, expected) => {
      const comet = new FakeComet();
      const app = express();
      app.set("trust proxy", trust);
      app.use("/comet", cometMiddleware(comet));
      const forwarded = { "X-Forwarded-For": "10.0.0.1", "X-Forwarded-Proto": "https" };
      await send(`${await serve(app)}/comet`, BODY, { ...JSON_TYPE, ...forwarded });
      const { remoteAddress, isSecure } = comet.handed[0]!.context;
      expect([remoteAddress, isSecure]).toEqual(expected);
    },
  );
});
