// Keeps the interface's own files on the device, so that it opens without a network, and shows the notifications that the
// portal sends. No answer of the API passes through here: those, pages of the sign-in, papers and feeds go to the network
// as ever, and nothing is stored but the files that were named when this was built and the numbers of the last
// notifications, so that none is shown twice.
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
/** Numbers of notifications that were shown. */
const TOLD = OURS + "told";
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
  const old = names.filter((name) => name.startsWith(OURS) && name !== CACHE && name !== TOLD);
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

// ---- Notifications

/** What is said where nothing else can be: a browser demands that every message shows something. */
const NEUTRAL = {
  title: "Mensa scolastica",
  body: "C'è un avviso per te. Apri l'app per leggerlo.",
  path: "/",
  tag: "avviso",
  actions: [],
};
/** How many numbers are remembered. */
const REMEMBERED = 50;
/** A page that shows the interface answers at once; one that does not, never. */
const ACKNOWLEDGED = 700;

const text = (value) => (typeof value === "string" && value !== "" ? value : undefined);

/** A path of the interface, or the first page in place of anything else. */
function inside(path) {
  const url = new URL(text(path)?.startsWith("/") ? path : "/", self.location.origin);
  const portal = PORTAL.some((prefix) => url.pathname.startsWith(prefix));
  return url.origin === self.location.origin && !portal ? url.pathname + url.search : "/";
}

function read(data) {
  let told;
  try {
    told = data?.json();
  } catch {
    told = undefined;
  }
  if (!text(told?.title) || !text(told?.body)) return NEUTRAL;
  const all = Array.isArray(told.actions) ? told.actions : [];
  return {
    id: text(told.id),
    title: told.title,
    body: told.body,
    path: told.path,
    tag: text(told.tag) || NEUTRAL.tag,
    actions: all.filter((one) => text(one?.id) && text(one?.label)),
  };
}

/** Whether it was never shown here, which is remembered from now on. */
async function isNew(id) {
  if (!id) return true;
  const told = await caches.open(TOLD);
  const mark = `/told/${encodeURIComponent(id)}`;
  if (await told.match(mark)) return false;
  await told.put(mark, new Response());
  const marks = await told.keys();
  await Promise.all(marks.slice(0, Math.max(0, marks.length - REMEMBERED)).map((old) => told.delete(old)));
  return true;
}

async function tell(note) {
  const fresh = await isNew(note.id);
  const shown = await self.registration.getNotifications({ tag: note.tag });
  // Sent again while it, or a newer one in its place, is still there.
  if (!fresh && shown.length > 0) return;
  await self.registration.showNotification(note.title, {
    body: note.body,
    tag: note.tag,
    // Another one in place of an older one sounds; the same one again does not.
    renotify: fresh,
    silent: !fresh,
    lang: "it",
    dir: "ltr",
    icon: "/icon-192.png",
    badge: "/icon-192.png",
    data: {
      id: note.id,
      path: note.path,
      actions: Object.fromEntries(note.actions.map((one) => [one.id, one.path])),
    },
    actions: note.actions.map((one) => ({ action: one.id, title: one.label })),
  });
  if (fresh) return;
  // Sent again after the person had put it away: shown because the browser wants it so, and gone at once.
  for (const one of await self.registration.getNotifications({ tag: note.tag })) {
    if (one.data?.id === note.id) one.close();
  }
}

/** Asks the portal. Whoever cannot be reached, or does not know us any more, changes nothing here. */
const ask = (path, request = {}) =>
  fetch(path, {
    ...request,
    credentials: "same-origin",
    cache: "no-store",
    headers: {
      accept: "application/json",
      "x-refettorio": "1",
      ...(request.method ? { "idempotency-key": crypto.randomUUID() } : {}),
      ...(request.body ? { "content-type": "application/json" } : {}),
    },
  }).catch(() => undefined);

/** It was acted upon: the person's other devices need not show it any longer. */
const end = (id) => (id ? ask(`/api/v1/notifications/${encodeURIComponent(id)}/end`, { method: "POST" }) : undefined);

/** Whether the interface answers in an open page. */
function answers(page) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(true);
    setTimeout(resolve, ACKNOWLEDGED, false);
    page.postMessage({}, [channel.port2]);
  });
}

/** In an open page, without loading it anew, so that nothing typed is lost; in a new one where there is none. */
async function show(path) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  // The one that the person looked at last comes first.
  pages.sort((one, other) => Number(other.focused) - Number(one.focused));
  // All are asked at once: a browser lets a press open a page for a moment only.
  const answered = await Promise.all(pages.map(answers));
  const page = pages.find((_, index) => answered[index]);
  if (!page) {
    await self.clients.openWindow(path).catch(() => undefined);
    return;
  }
  page.postMessage({ open: path });
  // A browser may refuse to bring a page to the front that the person has not asked for.
  await page.focus().catch(() => undefined);
}

/** The browser has another subscription in place of ours: the portal is told where to send from now on. */
async function renew(event) {
  let key = event.oldSubscription?.options?.applicationServerKey;
  if (!key) {
    const answer = await ask("/api/v1/push/key");
    key = answer?.ok ? (await answer.json()).key : undefined;
  }
  const ours = key && { userVisibleOnly: true, applicationServerKey: key };
  const fresh = event.newSubscription || (ours && (await self.registration.pushManager.subscribe(ours)));
  if (!fresh) return;
  const { endpoint, keys } = fresh.toJSON();
  const body = JSON.stringify({ kind: "web", endpoint, public_key: keys.p256dh, secret: keys.auth });
  const answer = await ask("/api/v1/push/subscriptions", { method: "POST", body });
  // Nobody is signed in here any more: nobody is told here.
  if (answer?.status === 401) await fresh.unsubscribe();
}

// One after the other, so that what comes twice at once is shown once.
let telling = Promise.resolve();
self.addEventListener("push", (event) => {
  const note = read(event.data);
  // Where the device has no room to remember its number, the notification is shown all the same.
  telling = telling.then(() => tell(note)).catch(() => tell({ ...note, id: undefined })).catch(() => undefined);
  event.waitUntil(telling);
});
self.addEventListener("notificationclick", (event) => {
  const { id, path, actions } = event.notification.data || {};
  event.notification.close();
  event.waitUntil(Promise.all([end(id), show(inside((event.action && actions?.[event.action]) || path))]));
});
// Putting one away is no act: it stays to be seen on the person's other devices, and the portal is not told.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event).catch(() => undefined)));
