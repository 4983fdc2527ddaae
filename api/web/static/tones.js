// What a scan sounds and feels like: high for a hit, low twice for a refusal, middle for a repeat.
const TONES = {
  good: { tones: [[1320, 0.09]], shake: 60 },
  again: { tones: [[740, 0.07]], shake: [30, 40, 30] },
  bad: { tones: [[220, 0.16], [180, 0.22]], shake: [140, 60, 140] },
};

let context;

// Browsers start sound only after the reader has touched or typed something.
const wake = () => { context ??= new AudioContext(); };

export const tell = (outcome, loud) => {
  const { tones, shake } = TONES[outcome];
  // A phone refuses to shake before the first touch, and says so in its log.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(shake);
  if (!loud || !window.AudioContext) return;
  wake();
  let at = context.currentTime;
  for (const [pitch, length] of tones) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    tone.type = outcome === "bad" ? "square" : "sine";
    volume.gain.setValueAtTime(0.12, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + length);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + length);
    at += length + 0.04;
  }
};
