#!/usr/bin/env python3
"""Turn the language model of py3langid 0.4.0 into the flat file that toolkit maps into memory.

    convert-language-model.py WHEEL OUTPUT [--classes TABLE]...

WHEEL is py3langid-0.4.0-py3-none-any.whl (BSD-3). The same input gives the same bytes. Needs Python 3.9, no packages.

TABLE adds classes that the wheel lacks, from counts. It is text of two kinds of lines, with tabs between the fields:
`class CODE PRIOR`, PRIOR being the logarithm of the class's weight before any text is seen (the wheel's lie between
4.9 and 7.2), and, below it, `NGRAM COUNT`: the bytes of a feature of the model in hexadecimal and how often it was
counted. Features that are not listed have the count 0; n-grams that are no feature are an error.

The model (Lui and Baldwin 2011, "Cross-domain Feature Selection for Language Identification") is multinomial naive
Bayes over byte n-grams. At each byte of a text the longest n-gram that ends there counts; an Aho-Corasick automaton
finds it. A class's score is its prior plus, for each n-gram seen n times, log(1 + n) times the n-gram's
log-probability, which is smoothed by adding one to each count.

The file, all numbers little-endian, sections one behind the other, each padded with zeros to a multiple of 64 bytes:

    header     "TKLANGID", u32 version (1), classes, blocks of classes (k), features, slots (s), rows of weights (r),
               bytes of the class list, units in 1.0 of a weight (512); u64 checksum; padding
    classes    for each class its BCP 47 code and a line feed, in UTF-8
    priors     f32[16 k], the classes' priors
    floors     f32[16 k], log-probability of an n-gram that a class never had
    pairs      u64[65536], steps by the last two bytes, at 256 * first + second
    slots      u64[s], steps that depend on more than the last two bytes
    weights    u16[16 r], rows of 16 classes

A step is what the automaton does with one byte. From the lowest bit on: 8 bits byte, 20 bits base, 20 bits row,
16 bits blocks. Where the automaton has base a and reads byte b, its step is slot a + b if that has byte b, else the
pair of the byte before (0 at the start) and b; the next base is the step's. No two states with different steps have
one base, so the byte tells whose slot it is; empty slots have byte 255, which UTF-8 does not have. If row is not
0xFFFFF, an n-gram ends here, and row is both its number and where its weights are: one row for each bit that is set in
blocks, in order; bit i stands for classes 16 i to 16 i + 15. A weight in units of 1/512 is how much the n-gram's
log-probability lies above the class's floor. Half-precision numbers of that size are multiples of 1/512: nothing is
lost.

The checksum is that of `checksum` below over the whole file, with 0 in its own place.
"""

import argparse
import ast
import hashlib
import io
import lzma
import math
import struct
import sys
import zipfile
from array import array

MEMBER = "py3langid/data/model.npz.xz"
LANES = 16
UNITS = 512
NO_ROW = 0xFFFFF
FIELD = 1 << 20  # values of a step's 20-bit fields
NO_BYTE = 0xFF
# Where a state's own steps are none: here all slots are empty.
NO_STEPS = 0

# The wheel's classes by script and family, so that those with many n-grams in common share rows. Where two columns
# have one name, the second is meant by "name'". Behind "=" the BCP 47 code, where it is another.
CLASSES = """
en pcm de lb nl af fy da no=nb nn sv is fo
fr oc wa ca es gl pt an ext it vec lij ro la gcf gcr ht br cy ga gd
cs sk pl sl hr bs sr'=sr-Latn lt lv ltg fi et hu se tr az uz tk crh ku sq mt eu eo vo
id ms jv ace tl=fil bcl mg sw rw lg ln sn xh zu st nso kik=ki om so ha ig yo guw fuv kab qu gug=gn vi zxx
ru uk be bg mk sr kk ky tt ba tg mn uz'=uz-Cyrl
ar ary arz fa ps ur ug uzs sdh he hbo el grc hy ka
hi mr ne sa gom=kok bn as gu pa or ta te kn ml si
th lo km my am dz zh yue wuu ja ko
"""


def npy(archive, name):
    """The shape and the bytes of one array of an npz archive."""
    data = archive.read(name + ".npy")
    if data[:7] != b"\x93NUMPY\x01":
        sys.exit(f"{name} in {MEMBER} is no array of the known format")
    start = 10 + struct.unpack_from("<H", data, 8)[0]
    head = ast.literal_eval(data[10:start].decode("ascii"))
    if head["fortran_order"]:
        sys.exit(f"{name} in {MEMBER} is in the wrong order")
    return head["shape"], head["descr"], data[start:]


def numbers(archive, name, descr, code):
    _, found, data = npy(archive, name)
    if found != descr:
        sys.exit(f"{name} in {MEMBER} has numbers of type {found}, not {descr}")
    values = array(code)
    if values.itemsize != int(descr[-1]):
        sys.exit("this machine's Python has numbers of other sizes")
    values.frombytes(data)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def strings(archive, name):
    (count,), descr, data = npy(archive, name)
    width = 4 * int(descr[2:])
    return [data[i * width:(i + 1) * width].decode("utf-32-le").rstrip("\0") for i in range(count)]


class Model:
    """The wheel's model: classes in its own order, and its automaton."""

    def __init__(self, wheel):
        with zipfile.ZipFile(wheel) as archive:
            packed = archive.read(MEMBER)
        with zipfile.ZipFile(io.BytesIO(lzma.decompress(packed))) as archive:
            self.names = strings(archive, "classes")
            self.priors = numbers(archive, "pc", "<f4", "f")
            self.values = numbers(archive, "ptc", "<f2", "H")
            self.moves = numbers(archive, "nextmove", "<u4", "I")
            self.row_of = numbers(archive, "nextmove_row", "<u2", "H")
            self.output = numbers(archive, "out_feat", "<i4", "i")
        self.features = len(self.values) // len(self.names)
        self._walk()

    def _walk(self):
        """Finds each state's depth, and for each row of moves those to states of depth 3 and more.

        States are visited by depth, so the first state with a row is the shallowest: what is first reached from
        there are its children in the tree of n-grams, and the other states with that row have none.
        """
        states = len(self.row_of)
        depth = bytearray([255]) * states
        depth[0] = 0
        ngram = {0: b""}
        self.ngram_of = {}
        self.row_entries = {}
        level, level_depth = [0], 0
        rows = []
        while level:
            following = []
            for state in level:
                if self.output[state] >= 0:
                    self.ngram_of.setdefault(self.output[state], ngram[state])
                row = self.row_of[state]
                if row in self.row_entries:
                    continue
                moves = self.moves[row << 8:(row + 1) << 8]
                self.row_entries[row] = moves
                rows.append(row)
                for byte, target in enumerate(moves):
                    if depth[target] == 255:
                        depth[target] = level_depth + 1
                        ngram[target] = ngram[state] + bytes([byte])
                        following.append(target)
            level, level_depth = following, level_depth + 1
        if len(ngram) != states or len(self.ngram_of) != self.features:
            sys.exit(f"the automaton in {MEMBER} is not connected")
        self.deep = {
            row: [(byte, target) for byte, target in enumerate(self.row_entries[row]) if depth[target] >= 3]
            for row in rows
        }
        self.rows = rows

    def state_after(self, text):
        state = 0
        for byte in text:
            state = self.moves[(self.row_of[state] << 8) + byte]
        return state


def added_classes(path, model):
    """The classes of a table of counts: (code, prior, counts by feature)."""
    feature_of = {ngram: feature for feature, ngram in model.ngram_of.items()}
    classes = []
    with open(path, encoding="utf-8") as table:
        for number, line in enumerate(table, 1):
            fields = line.rstrip("\n").split("\t")
            if fields[0] == "class":
                classes.append((fields[1], float(fields[2]), {}))
                continue
            feature = feature_of.get(bytes.fromhex(fields[0]))
            if feature is None or not classes or int(fields[1]) < 1:
                sys.exit(f"{path}:{number}: no count of a feature of the model")
            classes[-1][2][feature] = int(fields[1])
    return classes


class Columns:
    """All classes in the file's order, with weights in 16 columns at a time."""

    def __init__(self, model, added):
        order, self.codes = [], []
        for word in CLASSES.split():
            name, _, code = word.partition("=")
            places = [i for i, n in enumerate(model.names) if n == name.rstrip("'")]
            order.append(places[1 if name.endswith("'") else 0])
            self.codes.append(code or name)
        if sorted(order) != list(range(len(model.names))):
            sys.exit(f"the classes in {MEMBER} are not the expected ones")

        # Negative half-precision numbers grow in size with their bits.
        units = {bits: round(UNITS * struct.unpack("<e", struct.pack("<H", bits))[0])
                 for bits in set(model.values)}
        self.priors, self.floors, self.dense = [], [], []
        self.counts = [0] * model.features
        self.masks = [0] * model.features
        for column in order:
            bits = model.values[column::len(model.names)]
            floor = max(bits)
            weight = {b: units[b] - units[floor] for b in set(bits)}
            self._add(model.priors[column], units[floor] / UNITS,
                      [(f, weight[b]) for f, b in enumerate(bits) if b != floor])
        for code, prior, counts in added:
            self.codes.append(code)
            floor = -math.log(model.features + sum(counts.values()))
            self._add(prior, round(UNITS * floor) / UNITS,
                      [(f, round(UNITS * math.log1p(n))) for f, n in sorted(counts.items())])

    def _add(self, prior, floor, weights):
        block, lane = divmod(len(self.priors), LANES)
        if block >= 16:
            sys.exit("there are more than 256 classes")
        if lane == 0:
            self.dense.append(array("H", bytes(2 * LANES * len(self.counts))))
        self.priors.append(prior)
        self.floors.append(floor)
        cells, bit = self.dense[block], 1 << block
        for feature, weight in weights:
            cells[LANES * feature + lane] = weight
            self.masks[feature] |= bit
            self.counts[feature] += 1

    def rows(self):
        """The rows of all features one behind the other, and where those of each begin.

        Those of n-grams that most classes have come first: they are needed most, and so lie together.
        """
        rows, start_of = array("H"), [0] * len(self.counts)
        for feature in sorted(range(len(self.counts)), key=lambda f: -self.counts[f]):
            start_of[feature] = len(rows) // LANES
            # An n-gram needs a row to have a number, even if no class has it.
            self.masks[feature] = self.masks[feature] or 1
            for block, cells in enumerate(self.dense):
                if self.masks[feature] >> block & 1:
                    rows += cells[LANES * feature:LANES * (feature + 1)]
        return rows, start_of


def place(deep):
    """A base for each row of moves, so that no two of their slots and no two bases are one; and how many slots.

    First fit, the longest rows first: within a window of the table all places are tried at once, as bits of a long
    number. A window that has no place for several rows of a size is given up for rows of that size.
    """
    width = 1 << 14
    taken = {0: (1 << 256) - 1}  # window number: bits of slots in use; the first 256 stay empty
    bases = {0: 1}
    base_of = {}
    first = 0
    refusals = {}
    last_size = None
    window_mask = (1 << width) - 1
    for row in sorted(deep, key=lambda r: -len(deep[r])):
        entries = [byte for byte, _ in deep[row]]
        if not entries:
            base_of[row] = NO_STEPS
            continue
        if len(entries) != last_size:
            last_size, first = len(entries), 0
            refusals = {}
        window = first
        while True:
            used = taken.get(window, 0) | taken.get(window + 1, 0) << width
            refused = bases.get(window, 0)
            for byte in entries:
                refused |= used >> byte
            free = ~refused & window_mask
            if free:
                break
            refusals[window] = refusals.get(window, 0) + 1
            window += 1
            while refusals.get(first, 0) >= 8:
                first += 1
        place = (free & -free).bit_length() - 1
        bases[window] = bases.get(window, 0) | 1 << place
        base_of[row] = window * width + place
        for byte in entries:
            slot = base_of[row] + byte
            taken[slot // width] = taken.get(slot // width, 0) | 1 << slot % width
    return base_of, max(base_of.values()) + 256


def checksum(data):
    """Four lanes of FNV-1a over 64-bit words, each with a rotation; then the same over the four results."""
    prime, mask = 0x100000001B3, (1 << 64) - 1

    def mixed(state, words):
        for word in words:
            state ^= word
            state = ((state << 29 | state >> 35) & mask) * prime & mask
        return state

    words = struct.unpack(f"<{len(data) // 8}Q", data)
    basis = 0xCBF29CE484222325
    return mixed(basis, [mixed(basis + lane, words[lane::4]) for lane in range(4)])


def little(values):
    if sys.byteorder == "big":
        values = array(values.typecode, values)
        values.byteswap()
    return values.tobytes()


def padded(data):
    return data + bytes(-len(data) % 64)


def convert(wheel, tables):
    model = Model(wheel)
    columns = Columns(model, [c for table in tables for c in added_classes(table, model)])
    weights, start_of = columns.rows()
    base_of, slot_count = place(model.deep)
    if slot_count >= FIELD or len(weights) // LANES >= NO_ROW:
        sys.exit("the model is too large for the file's format")

    def step(byte, state):
        feature = model.output[state]
        row, mask = (start_of[feature], columns.masks[feature]) if feature >= 0 else (NO_ROW, 0)
        return byte | base_of[model.row_of[state]] << 8 | row << 28 | mask << 48

    slots = array("Q", [NO_BYTE | NO_ROW << 28]) * slot_count
    for row, entries in model.deep.items():
        for byte, target in entries:
            slots[base_of[row] + byte] = step(byte, target)
    pairs = array("Q", bytes(8 * 65536))
    for first in range(256):
        row = model.row_of[model.state_after([first])]
        deep = {byte for byte, _ in model.deep[row]}
        if deep:
            sys.exit(f"the automaton in {MEMBER} has a step from one byte to three")
        for second in range(256):
            pairs[first << 8 | second] = step(second, model.moves[(row << 8) + second])
    if model.row_of[model.state_after([0])] != model.row_of[0]:
        sys.exit(f"the automaton in {MEMBER} has n-grams that begin with a zero byte")

    lanes = LANES * len(columns.dense)
    names = "".join(code + "\n" for code in columns.codes).encode()
    header = b"TKLANGID" + struct.pack(
        "<8I", 1, len(columns.codes), len(columns.dense), model.features, slot_count, len(weights) // LANES,
        len(names), UNITS)
    parts = [names] + [struct.pack(f"<{lanes}f", *(v + [0.0] * (lanes - len(v))))
                       for v in (columns.priors, columns.floors)] + [little(a) for a in (pairs, slots, weights)]
    body = b"".join(map(padded, parts))
    digest = checksum(padded(header) + body)
    return padded(header + struct.pack("<Q", digest)) + body


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel")
    parser.add_argument("output")
    parser.add_argument("--classes", metavar="TABLE", action="append", default=[])
    arguments = parser.parse_args()
    data = convert(arguments.wheel, arguments.classes)
    with open(arguments.output, "wb") as file:
        file.write(data)
    print(f"{hashlib.sha256(data).hexdigest()}  {arguments.output}")


if __name__ == "__main__":
    main()
