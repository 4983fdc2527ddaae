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

// `take` gets the texts of a frame, `send` a frame as JPEG when the browser cannot read it.
export const camera = (video, list, take, send) => {
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

  const start = async (deviceId = remembered()) => {
    stop();
    const wish = deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: "environment" };
    stream = await navigator.mediaDevices.getUserMedia({ video: { ...wish, width: { ideal: 1280 } } });
    video.srcObject = stream;
    await video.play();
    await name();
    const reader = await detector();
    const look = async () => {
      if (!stream) return;
      if (reader) take((await reader.detect(video)).map((found) => found.rawValue));
      else if (video.videoWidth) await send(await asJpeg(video, 1280));
      timer = setTimeout(look, reader ? FRAME_MS : SERVER_FRAME_MS);
    };
    look();
  };

  list.addEventListener("change", () => {
    try { localStorage.setItem(CHOICE, list.value); } catch { list.dataset.forgotten = "true"; }
    start(list.value);
  });
  return { start, stop };
};
