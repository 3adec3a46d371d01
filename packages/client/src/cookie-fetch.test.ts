import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { cookieFetch } from "./cookie-fetch.ts";

/** Serves until the test is over, and gives its address. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const REQUEST = { method: "POST", headers: {}, body: "[]" } as const;

it("sends the cookies that the server has set, the last ones of each name", async () => {
  const seen: (string | undefined)[] = [];
  const url = await serve(({ headers }, response) => {
    seen.push(headers.cookie);
    const count = seen.length;
    response.setHeader("Set-Cookie", [`a=${count}; Path=/; HttpOnly`, `b${count}=x=y`, "none"]);
    response.end("[]");
  });
  const fetch = cookieFetch();
  for (let request = 0; request < 3; request++) await fetch(url, REQUEST);
  expect(seen).toEqual([undefined, "a=1; b1=x=y", "a=2; b1=x=y; b2=x=y"]);
});

it("keeps what is whose where it is sent on to another server", async () => {
  const seen: (string | undefined)[] = [];
  const other = await serve(({ headers }, response) => {
    seen.push(headers.cookie);
    response.setHeader("Set-Cookie", "theirs=1");
    response.end("[]");
  });
  const url = await serve(({ headers, url: path }, response) => {
    seen.push(headers.cookie);
    response.setHeader("Set-Cookie", "ours=1");
    if (path === "/away") response.writeHead(307, { Location: other });
    response.end("[]");
  });
  const fetch = cookieFetch();
  await fetch(url, REQUEST);
  await fetch(`${url}/away`, REQUEST);
  await fetch(url, REQUEST);
  expect(seen).toEqual([undefined, "ours=1", undefined, "ours=1"]);
});

it("leaves alone a cookie that a request has of its own", async () => {
  const seen: (string | undefined)[] = [];
  const url = await serve(({ headers }, response) => {
    seen.push(headers.cookie);
    response.setHeader("Set-Cookie", "a=1");
    response.end("[]");
  });
  const fetch = cookieFetch();
  await fetch(url, REQUEST);
  await fetch(url, { ...REQUEST, headers: { Cookie: "own=1" } });
  expect(seen).toEqual([undefined, "own=1"]);
});
