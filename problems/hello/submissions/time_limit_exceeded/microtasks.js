// Every microtask queues the next one, so that the event loop never gets to the greeting.
setTimeout(() => console.log('Good evening, stars!'), 0);
function again() {
  queueMicrotask(again);
}
again();
