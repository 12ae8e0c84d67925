// Makes every frame as tall as the page in it says that it is.
addEventListener("message", ({ source, data }) => {
  if (data?.subject !== "lti.frameResize") return;
  for (const frame of document.querySelectorAll("iframe")) {
    if (frame.contentWindow === source) frame.style.height = `${data.height}px`;
  }
});
