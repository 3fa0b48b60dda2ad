#!/usr/bin/env python3
"""Makes Sources/TextKit/CentroidTable.swift: the mean sentence vector of each language.

    scripts/make-centroids.py FOLDER

FOLDER holds NTREX-128's texts: LANGUAGE.txt, one sentence a line. The toolkit's own encoder makes the vectors, in a
test that runs only when it is asked for; the model must be there (`make setup`). Takes half an hour on two cores.
"""
import array, base64, os, struct, subprocess, sys, tempfile

# The corpus's name of each language, and its BCP 47 code as `detect-language` gives it.
LANGUAGES = dict(
    pair.split("=")
    for pair in """
    afr=af amh=am arb=ar aze-Latn=az bel=be ben=bn bos=bs bul=bg cat=ca ces=cs ckb-Arab=ckb cym=cy dan=da deu=de
    ell=el eng=en est=et eus=eu fas=fa fil=fil fin=fi fra=fr gle=ga glg=gl guj=gu hau=ha heb=he hin=hi hrv=hr
    hun=hu hye=hy ind=id isl=is ita=it jpn=ja kan=kn kat=ka kaz=kk khm=km kir=ky kmr=ku kor=ko lao=lo lav=lv
    lit=lt mal=ml mar=mr mkd=mk mlt=mt mon=mn msa=ms mya=my nep=ne nld=nl nno=nn nob=no pan=pa pol=pl por=pt
    ron=ro rus=ru sin=si slk=sk slv=sl som=so spa=es sqi=sq srp-Cyrl=sr srp-Latn=sr-Latn swa=sw swe=sv tam=ta
    tel=te tgk-Cyrl=tg tha=th tuk=tk tur=tr ukr=uk urd=ur uzb=uz vie=vi yor=yo zho-CN=zh zho-TW=zh-Hant zul=zu
    """.split()
)
MODEL, DIMENSION = "multilingual-e5-small-q4", 384

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
folder = os.path.abspath(sys.argv[1]) if len(sys.argv) == 2 else sys.exit(__doc__)
table, codes, count = b"", [], 0
with tempfile.TemporaryDirectory() as vectors:
    environment = dict(os.environ, TOOLKIT_CENTROID_TEXTS=folder, TOOLKIT_CENTROID_VECTORS=vectors)
    subprocess.run(["swift", "test", "--filter", "CentroidMaker"], cwd=root, env=environment, check=True)
    for code, name in sorted((code, name) for name, code in LANGUAGES.items()):
        path = os.path.join(vectors, name + ".f32")
        if not os.path.exists(path):
            print(f"{name}: not in {folder}, left out", file=sys.stderr)
            continue
        rows = array.array("f", open(path, "rb").read())
        n = len(rows) // DIMENSION
        mean = [sum(rows[column::DIMENSION]) / n for column in range(DIMENSION)]
        scale = struct.unpack("<f", struct.pack("<f", max(map(abs, mean)) / 127))[0] or 1.0
        numbers = (max(-127, min(127, round(x / scale))) for x in mean)
        table += struct.pack(f"<f{DIMENSION}b", scale, *numbers)
        codes.append(code)
        count += n


def wrapped(words, width):
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return "\n".join("    " + line for line in lines)


text = base64.b64encode(table).decode()
with open(os.path.join(root, "Sources", "TextKit", "CentroidTable.swift"), "w", encoding="utf-8") as f:
    f.write(f'''// Made by scripts/make-centroids.py; do not edit.

/// The mean sentence vector of {len(codes)} languages, as figures: see ``LanguageCentroids``.
///
/// From a part of NTREX-128 (Federmann, Kocmi, Xin 2022), CC BY-SA 4.0.
enum CentroidTable {{
  /// What the encoder's identity begins with.
  static let model = "{MODEL}"
  /// How many numbers a vector has.
  static let dimension = {DIMENSION}
  /// The languages of the rows.
  static let languages = """
{wrapped(codes, 112)}
    """
  /// The rows: for each language a 32-bit scale and then a signed byte a number.
  static let base64 = """
{wrapped([text[i : i + 116] for i in range(0, len(text), 116)], 117)}
    """
}}
''')
print(f"{len(codes)} languages, {count} sentences", file=sys.stderr)
