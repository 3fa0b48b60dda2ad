/// The words behind `SentenceRules`, as lists divided by spaces, all in lower case and without their last full stop.
///
/// Initials and acronyms with inner full stops ("z.B.", "т.е.") need no entry: their form gives them away.
struct SentenceTable: Sendable {
  let always: String
  let beforeNumber: String
  let maybeLast: String
  let starters: String
  let quotatives: String
  let ordinals: SentenceRules.Ordinals

  init(
    _ always: String, number beforeNumber: String = "", last maybeLast: String = "", starters: String = "",
    quotatives: String = "", ordinals: SentenceRules.Ordinals = .without
  ) {
    self.always = always
    self.beforeNumber = beforeNumber
    self.maybeLast = maybeLast
    self.starters = starters
    self.quotatives = quotatives
    self.ordinals = ordinals
  }

  /// Abbreviations that turn up in texts of any language.
  static let everywhere = SentenceTable(
    "mr mrs ms dr prof st vs cf ca",
    number: "no nr art fig vol p pp pg sec ch jan feb mar apr jun jul aug sep sept oct nov dec",
    last: "etc inc ltd corp co jr sr")

  /// English titles, for the languages that have no table of their own: their news is full of them.
  static let titles = "sen sens rep reps gov gen col lt maj capt sgt rev hon"

  static let byLanguage: [String: SentenceTable] = [
    "en": SentenceTable(
      "messrs sens reps govs gens gen col lt maj capt cmdr sgt cpl pvt adm brig gov sen rep hon rev pres supt det "
        + "insp mt ft approx est viz al ph", number: "nos eq para vols ed", last: "bros dept univ assn ave blvd rd esq",
      starters: "the a an he she it they we i you in on at but and as this that these those his her its their "
        + "our my there when while if for after before since with what who how why however meanwhile many most "
        + "some both although from by to one two not all so now then according during under police officials"),
    "de": SentenceTable(
      "bzw vgl evtl ggf inkl exkl zzgl mio mrd str abs hr fr geb gest sog bspw insb max min tel kath evang ehem "
        + "dipl ing mag jhd stellv", number: "nr jän okt dez kap ziff bd mai märz", last: "usw jh jhdt",
      starters: "der die das ein eine einer er sie es wir ich in im am an auf bei und aber auch nach doch dies "
        + "diese dieser dieses mit für von zu wie was wenn als so seit während dabei da man nun dann zudem laut",
      ordinals: .beforeAll),
    "fr": SentenceTable(
      "mm mlle mgr pr av bd boul env tél éd chap ex", number: "janv févr avr juil déc al",
      starters: "le la les l un une des il elle ils elles on nous je ce cette ces c dans en à au aux mais et "
        + "pour selon après avec sur par d si son sa ses"),
    "es": SentenceTable(
      "sra srta sres dra dña ud uds avda av gral lic ing arq tel ee ej cap admón",
      number: "pág págs núm ene abr ago dic",
      starters: "el la los las un una él ella en de y pero por para con según este esta estos no se su sus lo al "
        + "tras a"),
    "pt": SentenceTable(
      "sra dra profa eng exmo av gen cel tel ex", number: "pág núm cap fev abr mai set out dez", last: "ltda",
      starters: "o a os as um uma em no na de e mas para com segundo este esta ele ela se seu sua não por após ao"),
    "it": SentenceTable(
      "sig sigg dott avv arch geom rag ing on mons gen col ss tel cfr", number: "pag pagg artt cap gen ott dic",
      last: "ecc",
      starters: "il lo la i gli le un una l in di e ma per con secondo questo questa si nel nella a dopo non è"),
    "ca": SentenceTable("sra srta av tel pl núm", number: "pàg gen abr set des"),
    "gl": SentenceTable("sra dra av tel", number: "páx núm xan abr set out dec"),
    "nl": SentenceTable(
      "dhr mevr mw drs ir ing bijv evt jl incl excl resp mln mld vgl zgn sint gem", number: "blz mrt mei okt",
      last: "enz",
      starters: "de het een in op en maar dit dat deze hij zij ze we ik er voor met na volgens als ook zo"),
    "af": SentenceTable("mnr mev ds adv asb", number: "bl mrt mei okt des", last: "ens"),
    "sv": SentenceTable(
      "bl dvs resp tel kl f", number: "kap maj okt", last: "osv mfl",
      starters: "det den en ett i på och men han hon vi jag de som för med att när efter enligt detta denna så"),
    "no": SentenceTable(
      "bl dvs mio mia mrd pga jf evt inkl ekskl hhv fx tlf stk kl", number: "kap stk pkt maj mai okt des",
      last: "osv mv",
      starters: "det den en et i på og men han hun vi jeg de som for med at når efter etter ifølge dette denne så "
        + "da eg ho", ordinals: .beforeSmall),
    "is": SentenceTable(
      "hr frk kl kr frh sbr þús millj", number: "bls maí okt des", last: "frv", ordinals: .beforeSmall),
    "fi": SentenceTable(
      "esim mm ks nk ns os puh milj mrd klo vrt ent em", last: "yms ym jne",
      starters: "hän se tämä ja mutta he ne me kun jos", ordinals: .beforeSmall),
    "et": SentenceTable(
      "nt lk sh tn mnt kl vt mln mld", last: "jne jt jms", starters: "ta see ja aga kui nad me ei",
      ordinals: .beforeSmall),
    "lv": SentenceTable("piem plkst milj tūkst", number: "lpp", last: "utt", ordinals: .beforeSmall),
    "lt": SentenceTable(
      "pvz angl liet rus vok mln mlrd tūkst doc plk pav šv vyr val", number: "psl str", last: "kt pan",
      ordinals: .beforeSmall),
    "hu": SentenceTable(
      "pl ún ill ifj id özv vö ld szt dr", number: "old", last: "stb kft zrt bt",
      starters: "az ez és de hogy nem ha egy ők a", ordinals: .beforeSmall),
    "cs": SentenceTable(
      "pí např tj tzv resp cca ul nám sv ing mgr mudr judr phdr doc gen plk mil mld tis odst popř npr napr",
      number: "str", last: "apod atd",
      starters: "v na to a ale i je podle po z pro při s jak když on ona se ten ta tento", ordinals: .beforeSmall),
    "pl": SentenceTable(
      "ds np tj tzn tzw ul im mgr inż hab św ks gen płk zob por tys mln mld godz ok al min wyd", number: "str poz nr",
      last: "itd itp", starters: "w na to z i a ale nie on ona oni jak po do dla się jest według za o przez ten ta te",
      ordinals: .beforeSmall),
    "hr": SentenceTable(
      "npr tj tzv sv ul mil mlrd tis odn gen inž dipl нпр тј тзв др проф св ул мил", number: "br str god бр стр",
      last: "itd sl итд сл",
      starters: "u na to a ali i je po za s kako on ona se taj ta ovo у на то а али и је по за с како он она се ово",
      ordinals: .beforeSmall),
    "sl": SentenceTable(
      "npr oz tj sv ul mio mrd gen dipl mag univ inž tel", number: "str št", last: "itd ipd", ordinals: .beforeSmall),
    "ro": SentenceTable("dl dna dlui ing bd alin mil mld jud sf", number: "lit pag str"),
    "sq": SentenceTable("z znj mln", number: "nr fq", last: "etj"),
    "tr": SentenceTable(
      "doç av sn yrd uzm op öğr gör bkz örn cad sok mah apt tel alb gen org kur müh yy tuğg tümg korg hz yzb bnb yb asb "
        + "çvş onb ütğm bul blv", number: "no md",
      last: "vb vd a.ş şti", starters: "bu bir ve ama o ancak ise ne da ben biz onlar fakat şu her çok için",
      ordinals: .beforeAll),
    "az": SentenceTable("dos akad mln mlrd küç", number: "səh", ordinals: .beforeAll),
    "ru": SentenceTable(
      "им ул пр просп рис проф акад ред см ср напр обл тыс млн млрд трлн кв гг вв пл наб пер корп",
      number: "стр ст гл п", last: "др пр руб долл коп",
      starters: "в на он она они это но и а по как с для что из у не мы я за при после также однако к если так "
        + "его её их"),
    "uk": SentenceTable(
      "ім вул просп проф акад ред див напр обл тис млн млрд трлн кв рр стст нар", number: "стор ст гл",
      last: "ін грн др",
      starters: "у в на він вона вони це але і й та а за до як з зі для що після не ми я ён яна яны гэта"),
    "bg": SentenceTable("ул проф акад напр обл хил млн млрд св инж доц ген вж", number: "стр чл", last: "др лв"),
    "mk": SentenceTable("ул проф акад пр сп мил св ген на", number: "стр чл бр", last: "др итн"),
    "kk": SentenceTable("проф акад млн млрд мың", last: "т.б"),
    "el": SentenceTable(
      "κκ κα κος δρ καθ βλ δηλ εκατ δισ χιλ τηλ αγ λ.χ π.χ", number: "αρ σελ τομ κεφ", last: "κτλ κλπ λπ"),
    "hi": SentenceTable("डॉ डा प्रो पं श्री सु कु रु क्र मि मो के एम एस पी आर सी बी डी जी टी वी ए एन एल जे एच"),
    "mr": SentenceTable(
      "डॉ डा प्रा प्रो पं श्री सौ रु क्र मि एम एस पी आर सी बी डी जी टी व्ही एन एल जे एच", quotatives: "असे असं असा"),
    "bn": SentenceTable("ডঃ ড ডা মো প্রো লি মি নং এম এস কে"),
    "gu": SentenceTable("ડૉ ડો પ્રો શ્રી રૂ"),
    "pa": SentenceTable("ਡਾ ਪ੍ਰੋ ਸ੍ਰ ਸ੍ਰੀ"),
    "ta": SentenceTable("டாக் திரு எம் எஸ் கே பி ஆர் டி சி ஜி வி என்", quotatives: "என்று என"),
    "te": SentenceTable("డా డాక్టర్ ప్రొ శ్రీ రూ ఎం ఎస్ కె పి ఆర్", quotatives: "అని అంటూ"),
    "kn": SentenceTable("ಡಾ ಪ್ರೊ ಶ್ರೀ ರೂ ಎಂ ಎಸ್ ಕೆ ಪಿ ಆರ್", quotatives: "ಎಂದು ಎಂದ"),
    "ml": SentenceTable("ഡോ പ്രൊഫ ശ്രീ എം എസ് കെ പി ആർ", quotatives: "എന്ന് എന്നു എന്നാണ്"),
    "si": SentenceTable("ආචාර්‍ය රු මහා", quotatives: "යැයි ලෙස"),
    "my": SentenceTable("", quotatives: "လို့ လို႔ ဟု ဟူ"),
    "am": SentenceTable("", quotatives: "ሲል ሲሉ ስትል በማለት ብለዋል ብሏል"),
    "ko": SentenceTable("", quotatives: "라고 라며 고"),
    "ka": SentenceTable("მაგ პროფ ქ გვ ე.წ", last: "შ"),
    "ar": SentenceTable("", last: "إلخ الخ"),
    "he": SentenceTable("גב מר בי סי אי איי די פי אר אס אל אם", last: "וכו"),
    "id": SentenceTable("drs ir hj sdr jl jln tn ny yg tgl sdn prof kol", number: "hlm", last: "dll dsb dst bhd tbk"),
    "fil": SentenceTable("gng atty engr sto sta hal gov sen", last: "atbp"),
    "vi": SentenceTable("tp ts ths gs pgs ttg bs"),
    "sw": SentenceTable("bw bi", last: "n.k k.m"),
    "eu": SentenceTable("jn and zk adib", number: "or", last: "etab"),
    "ga": SentenceTable("uimh", number: "lch", last: "srl"),
    "cy": SentenceTable("parch", number: "rhif tud", last: "ayb"),
    "mt": SentenceTable("sur eż onor", last: "eċċ"),
  ]
}
