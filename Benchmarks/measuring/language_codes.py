"""One code for each language, whatever an engine or a corpus calls it."""

# ISO 639-1 and the codes that BCP 47 prefers, by ISO 639-3.
CODES = {three: two for two, three in (pair.split(":") for pair in """
af:afr am:amh ar:ara az:aze ba:bak be:bel bg:bul bn:ben bo:bod bs:bos ca:cat cs:ces cy:cym da:dan de:deu dv:div dz:dzo
ee:ewe el:ell en:eng es:spa et:est eu:eus fa:fas ff:ful fi:fin fj:fij fo:fao fr:fra ga:gle gl:glg gu:guj ha:hau he:heb
hi:hin hr:hrv hu:hun hy:hye id:ind ig:ibo is:isl it:ita ja:jpn ka:kat kk:kaz km:khm kn:kan ko:kor ku:kmr ky:kir lb:ltz
lo:lao lt:lit lv:lav mg:mlg mi:mri mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt my:mya nb:nob nd:nde ne:nep nl:nld nn:nno
ny:nya om:orm pa:pan pl:pol ps:pus pt:por ro:ron ru:rus rw:kin sd:snd si:sin sk:slk sl:slv sm:smo sn:sna so:som sq:sqi
sr:srp ss:ssw st:sot sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tn:tsn to:ton tr:tur tt:tat ty:tah ug:uig
uk:ukr ur:urd uz:uzb ve:ven vi:vie wo:wol xh:xho yi:yid yo:yor ts:tso zh:zho zu:zul hmn:mww fa:prs
""".split())}
# What engines call by another name; macrolanguages by one of theirs.
SAME = dict(pair.split(":") for pair in """
no:nb iw:he in:id ji:yi jw:jv tl:fil mo:ro arz:ar ary:ar arb:ar wuu:zh prs:fa fuv:ff fuc:ff uzs:uz hmn:mww kmr:ku
zsm:ms mey:ar tgl:fil
""".split())


def plain(code):
    """A code without its script, in the form of CODES."""
    code = code.replace("_", "-").split("-")[0].lower()
    code = SAME.get(code, code)
    code = CODES.get(code, code)
    return SAME.get(code, code)
