#!/usr/bin/env python3
"""make-corpus.py COUNT OUT.jsonl [--seed 0] [--bytes 2000] [--new SHARE]: documents of about 2 KB to measure with.

One JSON object a line: id, title, text, published. The words of eight languages are drawn by Zipf's law, names and
numbers are made up, so that texts differ like reports do. 10 % are near copies (3 to 8 % of the words changed) and 5 %
exact copies of an earlier document. The same count and seed make the same bytes, and the first documents of a larger
corpus are those of a smaller one. `--new 0.01` replaces that share of the documents, spread evenly, by others.
"""
import argparse
import json
import random

WORDS = {
    "en": "the of and to in a is that for it was on are as with they at be this from have or by one had not but what all were when we there can an your which their said if will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know get through back much before go good new write our used me man too any day same right look think also around another came come work three word must because does part even place well such here take why things help put years different away again off went old number great tell men say small every found still between name should home big give air line set own under read last never us left end along while might next sound below saw something thought both few those always looked show large often together asked house world going want school important until form food keep children feet land side without boy once animal life enough took sometimes four head above kind began almost live page got earth need far hand high year mother light parts country father let night following picture being study second eyes soon times story boys since white days ever paper hard near sentence better best across during today others however sure means knew try told young miles sun ways thing whole hear example heard several change answer room sea against top turned learn point city play toward five using himself usually minister government talks agreement border council report police election market prices energy company court army ceasefire delegation embassy summit statement according officials parliament budget union workers strike hospital vaccine flood earthquake rescue",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei hatte kann gegen vom können schon wenn habe seine ihre dann unter wir soll ich eines jahr zwei jahren diese dieser wieder keine uhr seiner worden will zwischen immer millionen was sagte regierung stadt land menschen gericht polizei wahl markt preise energie firma grenze gespräche abkommen minister bericht bundestag haushalt gewerkschaft streik krankenhaus flut erdbeben rettung straße schule wasser wetter woche monat morgen abend leben arbeit geld frage antwort teil ende anfang ergebnis ziel gruppe führung zukunft sicherheit wirtschaft entwicklung",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la mais comme ou si leur y dont même aux d'un elle deux ont été nous sa fait ses cette être très aussi peut tous ces bien entre sans temps après avant encore où depuis tout ainsi contre sous gouvernement ville pays gens tribunal police élection marché prix énergie entreprise frontière discussions accord ministre rapport parlement budget syndicat grève hôpital inondation séisme secours rue école eau météo semaine mois matin soir vie travail argent question réponse partie fin début résultat groupe avenir sécurité économie développement président déclaré annoncé selon responsables année jours heures",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué sólo han yo hay vez puede todos así nos ni parte tiene él uno donde bien tiempo mismo ese ahora cada e vida otro después te otros aunque esa eso hace otra gobierno tan durante siempre día tanto ella tres sí dijo sido gran país según menos mundo año antes estado quiere mientras lugar solo ciudad policía elección mercado precios energía empresa frontera acuerdo ministro informe parlamento presupuesto sindicato huelga hospital inundación terremoto rescate escuela agua semana mes mañana noche trabajo dinero pregunta respuesta resultado grupo futuro seguridad economía",
    "tr": "ve bir bu da de için ile çok daha olarak en gibi kadar olan sonra ne ama var o ki göre her iki değil ya ise yok ancak oldu yeni şey olduğunu önce hem büyük diye böyle zaman şekilde tarafından insan ilk gün üzerinde bütün içinde dedi türk son devlet bana yer başka bugün yıl ona çünkü karşı söyledi doğru arasında artık kendi hiç eski üç biz gelen onun tek bin hükümet şehir ülke insanlar mahkeme polis seçim piyasa fiyatlar enerji şirket sınır görüşmeler anlaşma bakan rapor meclis bütçe sendika grev hastane sel deprem kurtarma sokak okul su hava hafta ay sabah akşam hayat iş para soru cevap bölüm başlangıç sonuç grup gelecek güvenlik ekonomi kalkınma başkan açıkladı yetkililer",
    "ru": "и в не на что он с как это по но они из у за его от а то о же для вы мы так был бы все она если только или уже до их когда ещё может быть после сказал которые время года лет два новый один будет этого при человек город страна люди суд полиция выборы рынок цены энергия компания граница переговоры соглашение министр доклад парламент бюджет профсоюз забастовка больница наводнение землетрясение спасатели улица школа вода погода неделя месяц утро вечер жизнь работа деньги вопрос ответ часть конец начало результат группа будущее безопасность экономика развитие президент заявил сообщил согласно представители правительство",
    "ar": "في من على أن إلى التي عن مع هذا الذي هذه بعد كان ما لا كما بين قد كل لم أو ذلك حيث قال قبل غير منذ خلال هو هي إن عام يوم حول أكثر عند كانت ضد تم أي لدى دون فيها أمام العام اليوم الأول المدينة البلد الناس المحكمة الشرطة الانتخابات السوق الأسعار الطاقة الشركة الحدود المحادثات الاتفاق الوزير التقرير البرلمان الميزانية النقابة الإضراب المستشفى الفيضان الزلزال الإنقاذ الشارع المدرسة الماء الطقس الأسبوع الشهر الصباح المساء الحياة العمل المال السؤال الجواب الجزء النهاية البداية النتيجة المجموعة المستقبل الأمن الاقتصاد التنمية الرئيس أعلن وفقا المسؤولون الحكومة الدولة السلام الجيش",
    "zh": "的 一 是 在 不 了 有 和 人 这 中 大 为 上 个 国 我 以 要 他 时 来 用 们 生 到 作 地 于 出 就 分 对 成 会 可 主 发 年 动 同 工 也 能 下 过 子 说 产 种 面 而 方 后 多 定 行 学 法 所 民 得 经 十 三 之 进 着 等 部 度 家 电 力 里 如 水 化 高 自 二 理 起 小 物 现 实 加 量 都 两 体 制 机 当 使 点 从 业 本 去 把 性 好 应 开 它 合 还 因 由 其 些 然 前 外 天 政 四 日 那 社 义 事 平 形 相 全 表 间 样 与 关 各 重 新 线 内 数 正 心 反 你 明 看 原 又 么 利 比 或 但 质 气 第 向 道 命 此 变 条 只 没 结 解 问 意 建 月 公 无 系 军 很 情 者 最 立 代 想 已 通 并 提 直 题 党 程 展 五 果 料 象 员 革 位 入 常 文 总 次 品 式 活 设 及 管 特 件 长 求 老 头 基 资 边 流 路 级 少 图 山 统 接 知 较 将 组 见 计 别 她 手 角 期 根 论 运 农 指 几 九 区 强 放 决 西 被 干 做 必 战 先 回 则 任 取 据 处 队 南 给 色 光 门 即 保 治 北 造 百 规 热 领 七 海 口 东 导 器 压 志 世 金 增 争 济 阶 油 思 术 极 交 受 联 什 认 六 共 权 收 证 改 清 己 美 再 采 转 更 单 风 切 打 白 教 速 花 带 安 场 身 车 例 真 务 具 万 每 目 至 达 走 积 示 议 声 报 斗 完 类 八 离 华 名 确 才 科 张 信 马 节 话 米 整 空 元 况 今 集 温 传 土 许 步 群 广 石 记 需 段 研 界 拉 林 律 叫 且 究 观 越 织 装 影 算 低 持 音 众 书 布 复 容 儿 须 际 商 非 验 连 断 深 难 近 矿 千 周 委 素 技 备 半 办 青 省 列 习 响 约 支 般 史 感 劳 便 团 往 酸 历 市 克 何 除 消 构 府 称 太 准 精 值 号 率 族 维 划 选 标 写 存 候 毛 亲 快 效 斯 院 查 江 型 眼 王 按 格 养 易 置 派 层 片 始 却 专 状 育 厂 京 识 适 属 圆 包 火 住 调 满 县 局 照 参 红 细 引 听 该 铁 价 严",
}
SYLLABLES = "ka lo mi ra ne su ta vi do pe sha ber gor lin mar tol ven zar hol dri".split()


class Language:
    def __init__(self, code, words):
        self.words = words.split()
        self.weights = []
        total = 0.0
        for rank in range(len(self.words)):
            total += 1 / (rank + 2.7)
            self.weights.append(total)
        self.gap, self.stop = ("", "。") if code == "zh" else (" ", ".")


LANGUAGES = [Language(code, words) for code, words in WORDS.items()]
# English is half of what an English-speaking desk collects.
MIX = [0] * 7 + list(range(1, 8))


def name(random):
    return "".join(random.choices(SYLLABLES, k=random.randint(2, 4))).capitalize()


def fresh(random, size):
    language = LANGUAGES[random.choice(MIX)]
    names = [name(random) for _ in range(8)]
    tokens, length, left = [], 0, 0
    while length < size:
        if left == 0:
            left = random.randint(8, 26)
        draw = random.random()
        if draw < 0.10:
            token = random.choice(names)
        elif draw < 0.13:
            token = str(random.randint(1, 9999))
        elif draw < 0.30:
            # Rare words: what tells one report from another.
            token = "".join(random.choices(language.words, k=2)) if language.gap else name(random).lower()
        else:
            token = random.choices(language.words, cum_weights=language.weights)[0]
        left -= 1
        if left == 0:
            token += language.stop + ("\n" if random.random() < 0.2 else "")
        tokens.append(token)
        length += len(token.encode()) + len(language.gap)
    return language, tokens


def edited(random, language, tokens):
    share = random.uniform(0.03, 0.08)
    result = []
    for token in tokens:
        draw = random.random()
        if draw < share / 2:
            continue
        result.append(random.choice(language.words) if draw < share else token)
    return result


def documents(count, seed, size, new):
    recent = []
    for number in range(count):
        base = random.Random(f"{seed}-{number}")
        # The copies of a corpus refer to its own documents, also where some are replaced by new ones.
        replaced = new > 0 and int((number + 1) * new) > int(number * new)
        draw = base.random()
        is_copy = draw < 0.15 and bool(recent)
        if is_copy:
            language, tokens = base.choice(recent)
            if draw >= 0.05:
                tokens = edited(base, language, tokens)
        else:
            kept = fresh(base, size)
            language, tokens = kept
            if len(recent) < 2000:
                recent.append(kept)
            else:
                recent[base.randrange(2000)] = kept
        if replaced:
            # What stood here goes on as what others were copied from, so that these stay as they are.
            language, tokens = fresh(random.Random(f"{seed}-{number}-new"), size)
        text = language.gap.join(tokens).replace("\n ", "\n")
        yield {
            "id": f"doc-{seed}-{number:07}" + ("-new" if replaced else ""),
            "title": language.gap.join(tokens[:8]),
            "published": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
            "text": text,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("count", type=int)
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bytes", type=int, default=2000)
    parser.add_argument("--new", type=float, default=0)
    options = parser.parse_args()
    with open(options.out, "w", encoding="utf-8") as file:
        for document in documents(options.count, options.seed, options.bytes, options.new):
            file.write(json.dumps(document, ensure_ascii=False) + "\n")


main()
