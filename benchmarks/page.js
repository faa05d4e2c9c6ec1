// Times one figure of the page, from input to paint.
//
// An input counts from its event's own timeStamp. The picture is painted at a task posted from the animation
// frame in which it changed. An SVG changes when its nodes do. An image changes when the new one has loaded: when
// the browser decodes it is its own affair, and is not held against the ways that show images.
window.probe = (() => {
  const TIMEOUT = 20_000;
  const PICTURE = { subtree: true, childList: true, characterData: true, attributeFilter: ["d", "src"] };
  let [inputs, pictures, box, shown, asked, waiting] = [[], [], null, null, false, null];

  // A change made inside an animation frame is painted in that frame, any other in the next one. The observer below
  // hears of a change in a microtask, so the mark is taken away in a later one.
  const requestFrame = window.requestAnimationFrame.bind(window);
  let inFrame = false;
  window.requestAnimationFrame = (callback) => requestFrame((time) => {
    inFrame = true;
    try {
      callback(time);
    } finally {
      queueMicrotask(() => { inFrame = false; });
    }
  });

  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    asked = false;
    pictures.push(performance.now());
    waiting?.();
  };
  const post = () => channel.port2.postMessage(null);
  const changed = () => {
    if (asked) return; // two changes in one frame are one picture
    asked = true;
    if (inFrame) post();
    else requestFrame(post);
  };

  const observer = new MutationObserver(() => {
    const image = box.querySelector("img");
    if (!image) {
      if (box.querySelector("svg")) changed(); // or `interact` has only cleared its output so far
    } else if (image.src !== shown) {
      shown = image.src;
      if (image.complete) changed();
      else image.addEventListener("load", changed, { once: true });
    }
  });
  for (const kind of ["keydown", "pointermove"]) {
    window.addEventListener(kind, (event) => inputs.push(event.timeStamp), { capture: true });
  }

  return {
    watch(element) {
      observer.disconnect();
      box = element.shadowRoot ?? element;
      shown = box.querySelector("img")?.src;
      observer.observe(box, PICTURE);
      this.take();
    },
    // When each input and each picture was, in ms, since the last call.
    take() {
      const taken = { inputs, pictures };
      [inputs, pictures] = [[], []];
      return taken;
    },
    // The same, as soon as there is a picture.
    async taken() {
      if (pictures.length === 0) {
        await new Promise((resolve, reject) => {
          waiting = resolve;
          setTimeout(() => reject(new Error(`no picture within ${TIMEOUT} ms of the input`)), TIMEOUT);
        });
        waiting = null;
      }
      return this.take();
    },
    image: async () => Array.from(new Uint8Array(await (await fetch(box.querySelector("img").src)).arrayBuffer())),
    quietFor: (time) => performance.now() - Math.max(...inputs, ...pictures) > time,
  };
})();
