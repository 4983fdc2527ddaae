// Codes from the camera and from photos: read in the browser where it can, else on the server.
const FRAME_MS = 450;
const SERVER_FRAME_MS = 1100;
const LONGEST_SIDE = 2400;

const CHOICE = "taizhang-camera";

export const cameraAllowed = () => window.isSecureContext && !!navigator.mediaDevices?.getUserMedia;

// A phone's photo has more pixels than a label needs, and mobile networks are slow.
export const asJpeg = async (source, longest = LONGEST_SIDE) => {
  const picture = await createImageBitmap(source, { imageOrientation: "from-image" });
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
};

const detector = async () => {
  if (!window.BarcodeDetector) return null;
  const formats = await BarcodeDetector.getSupportedFormats();
  return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
};

const remembered = () => {
  try { return localStorage.getItem(CHOICE); } catch { return null; }
};

// Why there is no picture: refused by the reader, no camera there, or held by another program.
export const whyNot = (error) => ({
  NotAllowedError: "refused", SecurityError: "refused",
  NotFoundError: "missing", OverconstrainedError: "missing",
  NotReadableError: "busy", AbortError: "busy",
})[error?.name] ?? "broken";

// `take` gets the texts of a frame, `send` a frame as JPEG when the browser cannot read it,
// `lost` the reason when the picture ends or never came.
export const camera = (video, list, take, send, lost) => {
  let stream = null;
  let timer = 0;

  const stop = () => {
    clearTimeout(timer);
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
  };

  const name = async () => {
    const devices = (await navigator.mediaDevices.enumerateDevices())
      .filter((device) => device.kind === "videoinput");
    const current = stream.getVideoTracks()[0].getSettings().deviceId;
    list.replaceChildren(...devices.map((device, at) => {
      const option = new Option(device.label || `${at + 1}`, device.deviceId);
      option.selected = device.deviceId === current;
      return option;
    }));
    list.hidden = devices.length < 2;
  };

  // A frame that cannot be read is no reason to stop looking at the next one.
  const look = async (reader) => {
    try {
      if (reader) take((await reader.detect(video)).map((found) => found.rawValue));
      else if (video.videoWidth) await send(await asJpeg(video, 1280));
    } catch (error) { console.warn(error); }
  };

  const open = async (deviceId) => {
    const wish = deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: "environment" };
    stream = await navigator.mediaDevices.getUserMedia({ video: { ...wish, width: { ideal: 1280 } } });
    stream.getVideoTracks()[0].addEventListener("ended", () => { stop(); lost("busy"); });
    video.srcObject = stream;
    await video.play();
    await name();
    const reader = await detector();
    const current = stream;
    const again = async () => {
      if (stream !== current) return;
      if (!document.hidden) await look(reader);
      if (stream === current) timer = setTimeout(again, reader ? FRAME_MS : SERVER_FRAME_MS);
    };
    again();
  };

  const start = async (deviceId = remembered()) => {
    stop();
    try { await open(deviceId); } catch (error) { stop(); lost(whyNot(error)); }
  };

  list.addEventListener("change", () => {
    try { localStorage.setItem(CHOICE, list.value); } catch { list.dataset.forgotten = "true"; }
    start(list.value);
  });
  return { start, stop };
};
