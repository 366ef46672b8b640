"""People, places and organisations to fill templates with: Faker's lists, short lists of our own for the cultures it
lacks in Latin letters, and names that no list has, made by a Markov chain over letters."""
import json
import pathlib
import random
from collections import defaultdict

TEMPLATES = pathlib.Path(__file__).parent.parent / "templates"
REGISTERS = pathlib.Path(__file__).parent.parent.parent / "src" / "domain" / "redaction" / "name-lists.json"
LANGUAGES = {
    "en": ["en", "en", "en_AU", "en_ZA", "en_GH", "en_NG", "en_IN"],
    "de": ["de", "de", "de_AT", "de_CH"],
    "fr": ["fr", "fr_BE", "fr_CH"],
    "es": ["es", "es_MX"],
    "it": ["it"],
    "nl": ["nl", "nl_BE"],
    "pl": ["pl"],
    "pt": ["pt_BR", "pt_PT"],
}
FOREIGN = (
    "cs_CZ sk tr fi da sv nb_NO hu hr ro lv sl_SI sr_RS_latin vi id_ID en_IN en_NG en_GH yo_NG zu_ZA af_ZA az uz_UZ_latin "
    "ku_kmr_latin fr_SN eo"
).split()
SCRIPTS = "ru uk el zh_CN ja ko ar he fa mk hy ka_GE th".split()

ROMANISED = {
    "zh-latin": (
        "Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo Liang Song Zheng Xie Han Tang "
        "Feng Yu Dong Xiao Cheng Cao Yuan Deng Xue Tian Pan Jiang Cai Du Ye Lu Wei Su Ding Ren Shen Yao Cui Qian Peng",
        "Wei Fang Na Min Jing Lei Yong Jie Tao Ming Chao Xia Ping Gang Hui Ling Yan Jun Xin Yi Mei Hao Ying Bo Rui Zihan "
        "Yuxuan Xinyi Haoran Yichen Jiahao Xiaoming Meiling Jianguo Zhiwei Weiwei Lijuan Guoqiang Shufen Hongmei",
    ),
    "ja-latin": (
        "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Matsumoto Inoue "
        "Kimura Hayashi Shimizu Saito Mori Abe Ikeda Hashimoto Ishikawa Ogawa Okada Fujita Goto Hasegawa Murakami",
        "Haruto Yuto Sota Hiroshi Kenji Takeshi Akira Daisuke Ryo Kazuki Shota Satoshi Yui Aoi Hina Sakura Yuki Keiko "
        "Yoko Naoko Emi Mai Ayumi Haruka Miyu Rin Kaito Ren Tomoko Makoto",
    ),
    "ko-latin": (
        "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Hong Yoo Moon Bae",
        "Min-jun Seo-yeon Ji-woo Ji-hoon Hyun-woo Soo-jin Eun-ji Minho Jiyoung Sung-ho Young-hee Dong-hyun Hae-won Yuna "
        "Tae-yang Jae-sung Min-ji Ha-eun Seung-min Jisoo",
    ),
    "ar-latin": (
        "Al-Farsi Al-Sayed El-Masri Haddad Khalil Mansour Nasser Rahman Hussein Ibrahim Saleh Abdullah Al-Mutairi Karimi "
        "Hosseini Rezaei Ahmadi Moradi Khoury Shaheen Bakri Darwish Aziz Qureshi Siddiqui Chaudhry Malik Sheikh Hassan Bin-Laith",
        "Mohammed Ahmed Ali Omar Hassan Khalid Yusuf Mustafa Tariq Fatima Aisha Layla Zainab Noor Huda Mariam Salma Amira "
        "Reza Farhad Navid Shirin Leila Parisa Babak Dariush Abdul Karim Samir Rania Bilal Hamza Imran Zara Usman",
    ),
    "ru-latin": (
        "Ivanov Petrov Smirnov Kuznetsov Popov Sokolov Lebedev Kozlov Novikov Morozov Volkov Shevchenko Kovalenko Bondarenko "
        "Tkachenko Kravchenko Ivanova Petrova Smirnova Volkova Melnyk Boyko Lysenko Orlova Zaytseva",
        "Dmitry Alexei Sergei Ivan Vladimir Nikolai Andrei Mikhail Oleg Yuri Anastasia Natalia Olga Svetlana Ekaterina "
        "Tatiana Irina Oksana Taras Bohdan Yaroslav Ludmila Galina Marina Daria Polina Artem Kirill",
    ),
    "us-latin": (
        "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson "
        "Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young "
        "Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter "
        "Roberts O'Brien O'Connor McCarthy MacDonald Fitzgerald Hughes Evans Edwards Collins Stewart Morris Murphy Cook Rogers "
        "Morgan Cooper Peterson Bailey Reed Kelly Howard Ward Cox Richardson Watson Brooks Bennett Gray Hughes Price Myers Long "
        "Foster Sanders Ross Powell Sullivan Russell Butler Barnes Fisher Henderson Patel Singh Kaur Shah Khan Begum Kowalski "
        "Whitaker Ashworth Pemberton Okafor Mensah Adeyemi Ndlovu Dlamini Osei Gupta Sharma Iyer Reddy Nair Banerjee Fernandez",
        "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica "
        "Thomas Sarah Chris Karen Charlie Lisa Dan Nancy Matt Betty Tony Sandra Mark Ashley Don Emily Steve Kim Paul "
        "Michelle Andy Amanda Josh Melissa Ken Deborah Kev Steph Brian Becky George Laura Tim Cynthia Ron Kate Ed Amy Jason "
        "Angela Jeff Ryan Nick Liz Sam Katie Ben Sue Joe Pam Greg Jen Will Meg Alex Jo Tom Beth Max Sophie Jack Chloe Bill "
        "Rose Grace Mike Hope Frank Joy Rich Faith Jordan April May June Dawn Summer Austin Chase Drew Grant Pat Art Priya "
        "Arjun Rahul Ananya Vikram Deepak Sunita Chidi Ngozi Kwame Amara Thandi Sipho Siobhan Niamh Eoin Aoife Cian Rhys Megan",
    ),
}
COMMON_WORDS_AS_CITY = "Paris London Berlin Madrid Rome Vienna Tokyo Delhi Beijing Shanghai Sydney Toronto Chicago Boston " \
    "Seattle Houston Dallas Miami Atlanta Denver Phoenix Austin Portland Manchester Birmingham Leeds Glasgow Edinburgh Dublin " \
    "Munich Hamburg Cologne Frankfurt Stuttgart Zurich Geneva Basel Amsterdam Rotterdam Utrecht Brussels Antwerp Lyon Marseille " \
    "Barcelona Valencia Seville Lisbon Porto Milan Naples Turin Florence Venice Warsaw Krakow Prague Budapest Bucharest Sofia " \
    "Athens Istanbul Ankara Moscow Kyiv Stockholm Oslo Copenhagen Helsinki Cairo Lagos Nairobi Johannesburg Dubai Mumbai " \
    "Bangalore Singapore Jakarta Bangkok Manila Seoul Osaka Mexico Bogota Lima Santiago Texas California Florida Ohio " \
    "Bavaria Scotland Wales England Europe Asia Africa Bristol Oxford Cambridge Reading Bath Nice Lodz Gdansk Wroclaw".split()


def own_list(name):
    return (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8").splitlines()


class Markov:
    """New words in the manner of a list, by the three letters before."""

    def __init__(self, words):
        self.next = defaultdict(list)
        for word in words:
            padded = "^^^" + word.lower() + "$"
            for i in range(3, len(padded)):
                self.next[padded[i - 3 : i]].append(padded[i])

    def make(self, rng):
        for _ in range(20):
            made = "^^^"
            while len(made) < 18:
                char = rng.choice(self.next[made[-3:]])
                if char == "$":
                    break
                made += char
            if 3 <= len(made) - 3 <= 13:
                return made[3:].title()
        return "Ravel"


class Lists:
    def __init__(self, path, extra_surnames=(), seen_orgs=()):
        data = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        self.locales, self.things, self.countries = data["locales"], data["things"], data["countries"]
        self.extra_surnames, self.seen_orgs = list(extra_surnames), list(seen_orgs)
        self.orgs, self.techs = own_list("organisations"), own_list("techs")
        registers = json.loads(REGISTERS.read_text(encoding="utf-8"))
        self.registered = {key: [w.title() for w in registers[key].split() if len(w) > 2] for key in ("given", "family")}
        self.markov = {}
        self.romanised = {key: (last.split(), first.split()) for key, (last, first) in ROMANISED.items()}

    def locale_for(self, language, rng):
        roll = rng.random()
        if language == "en":
            if roll < 0.30:
                return "us-latin"
            if roll < 0.50:
                return rng.choice(LANGUAGES["en"])
            if roll < 0.68:
                return rng.choice(["zh-latin", "ja-latin", "ko-latin", "ar-latin", "ru-latin"])
            if roll < 0.83:
                return rng.choice(sum((LANGUAGES[k] for k in LANGUAGES if k != "en"), []))
            return rng.choice(SCRIPTS) if roll > 0.985 else rng.choice(FOREIGN)
        if roll < 0.70:
            return rng.choice(LANGUAGES[language])
        if roll < 0.80:
            return rng.choice(["us-latin", "en"])
        return rng.choice(["ar-latin", "ru-latin", "zh-latin"]) if roll < 0.88 else rng.choice(FOREIGN)

    def first_and_last(self, locale, rng):
        first, last, female = self.of_locale(locale, rng)
        if locale not in SCRIPTS:
            if rng.random() < 0.18:
                first = rng.choice(self.registered["given"])
            if rng.random() < 0.12:
                last = rng.choice(self.registered["family"])
        return first, last, female

    def of_locale(self, locale, rng):
        if locale in self.romanised:
            lasts, firsts = self.romanised[locale]
            return rng.choice(firsts), rng.choice(lasts), rng.random() < 0.5
        entry = self.locales[locale]
        female = bool(entry["first_female"]) and rng.random() < 0.5
        firsts = entry["first_female"] if female else entry["first"]
        lasts = entry["last_female"] if female and entry["last_female"] else entry["last"]
        first = rng.choice(firsts or self.locales["en"]["first"])
        last = rng.choice(lasts or self.locales["en"]["last"])
        roll = rng.random()
        if roll < 0.12 and locale not in SCRIPTS:
            last = self.made(locale, "last", lasts, rng)
        elif roll < 0.16 and locale not in SCRIPTS:
            first = self.made(locale, "first", firsts, rng)
        elif roll < 0.24 and locale.startswith("en") and self.extra_surnames:
            last = rng.choice(self.extra_surnames)
        return first, last, female

    def made(self, locale, kind, words, rng):
        key = (locale, kind)
        if key not in self.markov:
            self.markov[key] = Markov([w for w in words if " " not in w] or ["Ravel", "Morin", "Kestrel"])
        return self.markov[key].make(rng)

    def city(self, language, rng):
        if rng.random() < 0.35:
            return rng.choice(COMMON_WORDS_AS_CITY)
        pool = LANGUAGES[language] if rng.random() < 0.7 else FOREIGN + sum(LANGUAGES.values(), [])
        for _ in range(8):
            cities = self.locales[rng.choice(pool)]["city"]
            if cities:
                return rng.choice(cities)
        return rng.choice(self.locales["en"]["city"])

    def state(self, language, rng):
        return rng.choice(self.locales[rng.choice(LANGUAGES[language])]["state"] or self.locales["en"]["state"])

    def country(self, language, rng):
        return rng.choice(self.countries.get(language, self.countries["en"]))

    def street(self, language, rng):
        pool = LANGUAGES[language] if rng.random() < 0.75 else FOREIGN + sum(LANGUAGES.values(), [])
        return rng.choice(self.locales[rng.choice(pool)]["street"] or self.locales["en"]["street"])

    def word(self, kind, rng):
        return rng.choice(self.things[kind])
