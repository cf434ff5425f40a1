/**
 * A worker with Cornerstone's decoders and nothing around them: the codestream goes in, the samples come out, both
 * transferred.
 */

import { decoders, initializers }
  from "./node_modules/@cornerstonejs/dicom-image-loader/dist/esm/shared/decoders/index.js";

const TAKE_THE_FRAME_FIRST = new Set(["JPEGBaseline12Bit", "JPEGLossless", "RLE"]);

onmessage = async ({ data: { decoder, codestream, imageFrame, wasmBasePath } }) => {
  await initializers[decoder]?.({ wasmBasePath });
  const decode = decoders[decoder];
  const { pixelData } = TAKE_THE_FRAME_FIRST.has(decoder)
    ? await decode(imageFrame, codestream)
    : await decode(codestream, imageFrame);
  // some answer with a part of their heap
  const samples = pixelData.byteLength < pixelData.buffer.byteLength ? pixelData.slice() : pixelData;
  postMessage(samples, [samples.buffer]);
};
