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
