// Keeps the interface's own files on the device, so that it opens without a network. Nothing that the portal says to a
// family passes through here: answers of the API, pages of the sign-in, papers and feeds go to the network as ever, and
// nothing is stored but the files that were named when this was built.
//
// The build writes VERSION, INDEX and FILES. One version is one set of files: the page and what it names belong together,
// so that a page that was opened without a network never asks for a file of another version.
"use strict";

const VERSION = "@VERSION@";
/** SHA-256 of the page that belongs to these files. */
const INDEX = "@INDEX@";
const FILES = [/*@FILES@*/];

const OURS = "refettorio-";
const CACHE = OURS + VERSION;
const PAGE = "/";
/** A network that takes longer to bring the page is as good as none. */
const PATIENCE = 4000;
/** The portal's own pages, which no interface stands in for. */
const PORTAL = ["/api/", "/pagopa/", "/feeds/", "/health", "/accesso/", "/.well-known/"];

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function bring(request) {
  const answer = await fetch(request, { credentials: "omit", redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
  return answer;
}

async function fill() {
  // While a new version is being put in place the page may still be the old one: then this is tried again later.
  const page = await bring(new Request(PAGE, { cache: "no-store" }));
  const digest = await crypto.subtle.digest("SHA-256", await page.clone().arrayBuffer());
  if (hex(digest) !== INDEX) throw new Error("the page is of another version");
  const cache = await caches.open(CACHE);
  await cache.put(PAGE, page);
  await Promise.all(FILES.map(async (file) => {
    // A name that holds its content's hash means the same bytes in every version.
    const known = file.startsWith("/assets/") && (await caches.match(file, { ignoreVary: true }));
    await cache.put(file, known || (await bring(new Request(file, { cache: "no-cache" }))));
  }));
}

async function tidy() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

const stored = async (path) => (await caches.open(CACHE)).match(path, { ignoreVary: true });

/** The network's page, or the kept one where the network is away, slow, or has a fault. */
async function open(event) {
  const page = await stored(PAGE);
  const network = fetch(event.request);
  if (!page) return network;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, page));
  const sound = network.then((answer) => (answer.status < 500 ? answer : page), () => page);
  return Promise.race([sound, late]);
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (PORTAL.some((path) => url.pathname.startsWith(path))) return;
  if (request.mode === "navigate") {
    event.respondWith(open(event));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(stored(url.pathname).then((kept) => kept || fetch(request)));
  }
});
