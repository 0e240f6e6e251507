// Starts the interface. A file of its own, because the content policy allows no script inside the page.
import init from "../refettorio-ui.js";

const firstPaint = document.getElementById("first-paint");
const main = document.getElementById("main");

// The first screen takes the place of the first paint in the same frame: a mutation is told before the next paint.
new MutationObserver((_, observer) => {
  observer.disconnect();
  firstPaint?.remove();
}).observe(main, { childList: true });

init().catch((error) => {
  console.error(error);
  document.getElementById("first-waiting")?.remove();
  document.getElementById("first-failed")?.removeAttribute("hidden");
});

// A path that a notification asks for: a mark on the page, which the interface takes away when it has gone there.
const summon = (path) => {
  document.documentElement.setAttribute("data-summons", path);
  window.dispatchEvent(new Event("refettorio-summons"));
};
// Said once: loading the page again does not say it a second time.
if (location.pathname === "/" && location.search.startsWith("?assenti=")) {
  summon(location.pathname + location.search);
  history.replaceState(history.state, "", location.pathname);
}

// In a browser the files stay on the device, so that the app opens without a network. The shell brings its own.
const workers = "__TAURI__" in window ? undefined : navigator.serviceWorker;
if (workers) {
  // The first one to take over is no news; each later one is a newer version.
  let renewed = Boolean(workers.controller);
  workers.addEventListener("controllerchange", () => {
    if (renewed) {
      document.documentElement.setAttribute("data-newer", "");
      window.dispatchEvent(new Event("refettorio-newer"));
    }
    renewed = true;
  });
  workers.addEventListener("message", ({ data, ports }) => {
    if (typeof data?.open === "string") summon(data.open);
    ports[0]?.postMessage(true);
  });
  const hour = 3600000;
  let asked = Date.now();
  const register = async () => {
    const registration = await workers.register("/sw.js");
    // Who keeps the app open for days is told of a new version too.
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && Date.now() - asked > hour) {
        asked = Date.now();
        registration.update().catch(() => {});
      }
    });
  };
  // After the page has what it needs. Without it everything works, but for opening without a network.
  const later = () => register().catch((error) => console.warn(error));
  if (document.readyState === "complete") later();
  else window.addEventListener("load", later);
}
