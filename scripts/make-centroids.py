#!/usr/bin/env python3
"""Makes Sources/TextKit/CentroidTable.swift from sentence vectors: make-centroids.py MODEL DIMENSION < vectors

Each line of the input is a language's BCP 47 code, a tab, and one sentence's vector as base64 of little-endian 32-bit
floats. `scripts/make-centroids.sh` produces such lines from a folder of texts. Only the standard library is needed.
"""
import base64, os, struct, sys

model, dimension = sys.argv[1], int(sys.argv[2])
sums, counts = {}, {}
for line in sys.stdin:
    code, data = line.rstrip("\n").split("\t")
    vector = struct.unpack("<%df" % dimension, base64.b64decode(data))
    sums[code] = [a + b for a, b in zip(sums.get(code, [0.0] * dimension), vector)]
    counts[code] = counts.get(code, 0) + 1

table = b""
for code in sorted(sums):
    mean = [x / counts[code] for x in sums[code]]
    scale = struct.unpack("<f", struct.pack("<f", max(map(abs, mean)) / 127))[0] or 1.0
    table += struct.pack("<f%db" % dimension, scale, *(max(-127, min(127, round(x / scale))) for x in mean))


def lines(text, width):
    return "\n".join("    " + text[i : i + width] for i in range(0, len(text), width))


def words(codes):
    out, line = [], ""
    for code in codes:
        if len(line) + len(code) > 110:
            out.append(line)
            line = ""
        line += (" " if line else "") + code
    return "\n".join("    " + x for x in out + [line])


path = os.path.join(os.path.dirname(__file__), "..", "Sources", "TextKit", "CentroidTable.swift")
with open(path, "w", encoding="utf-8") as f:
    f.write(f'''// Made by scripts/make-centroids.sh; do not edit.

/// The mean sentence vector of {len(sums)} languages, as figures: see ``LanguageCentroids``.
///
/// From a part of NTREX-128 (Federmann, Kocmi, Xin 2022), CC BY-SA 4.0.
enum CentroidTable {{
  /// What the encoder's identity begins with.
  static let model = "{model}"
  /// How many numbers a vector has.
  static let dimension = {dimension}
  /// The languages of the rows.
  static let languages = """
{words(sorted(sums))}
    """
  /// The rows: for each language a 32-bit scale and then a signed byte a number.
  static let base64 = """
{lines(base64.b64encode(table).decode(), 116)}
    """
}}
''')
print(f"{len(sums)} languages, {sum(counts.values())} sentences", file=sys.stderr)
