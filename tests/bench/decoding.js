/** One frame to a decoder worker and back: Loadstone's, Cornerstone's codec alone, Cornerstone's own task. */

const ARRAYS = { "|u1": Uint8Array, "<u2": Uint16Array };

const decoding = {};

export async function start() {
  const { DecoderPool } = await import("/dist/decoder_pool.js");
  await import("/build/cornerstone/page.js");
  cornerstone.start();
  const pool = new DecoderPool(1);
  const codecs = new Worker("/build/cornerstone/codecs.js", { type: "module" });

  decoding.loadstone = async ({ codestream, parameters }) => {
    const { data, dtype } = await pool.decode(codestream, parameters, [0, 0]).promise;
    return new ARRAYS[dtype](data.buffer);
  };
  decoding.codec = ({ codestream, imageFrame, decoder }) => new Promise((resolve, reject) => {
    codecs.onmessage = ({ data }) => resolve(data);
    codecs.onerror = reject;
    const { wasmBasePath } = cornerstone;
    codecs.postMessage({ decoder, codestream, imageFrame, wasmBasePath }, [codestream.buffer]);
  });
  decoding.task = async ({ codestream, imageFrame, parameters }) =>
    (await cornerstone.decode(imageFrame, parameters.transferSyntax, codestream)).pixelData;
}

/** Milliseconds for each of `count` frames, one after the other. */
export async function measure(name, frame, count) {
  const frames = Array.from({ length: count }, () => copy(frame));
  const begun = performance.now();
  for (const each of frames) {
    await decoding[name](each);
  }
  return (performance.now() - begun) / count;
}

/** The decoded samples as 32-bit whole numbers, base64. */
export async function samples(name, frame) {
  return new Uint8Array(Int32Array.from(await decoding[name](copy(frame))).buffer).toBase64();
}

/** Each decoder is given a codestream of its own: it is transferred, and a decoder may write to its description. */
function copy({ codestream, imageFrame, ...others }) {
  return { ...others, imageFrame: { ...imageFrame }, codestream: Uint8Array.fromBase64(codestream) };
}
