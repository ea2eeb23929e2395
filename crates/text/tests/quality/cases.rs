//! The articles, and what a reader marked in each.

/// An article, and what a reader marked in it.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) html: &'static str,
    pub(crate) title: &'static str,
    pub(crate) language: &'static str,
    pub(crate) minutes: u32,
    /// How the one sentence begins that must be in a summary.
    pub(crate) key: &'static str,
    /// How other sentences begin that are good to have.
    pub(crate) others: &'static [&'static str],
}

macro_rules! case {
    ($name:literal, $title:literal, $language:literal, $minutes:literal, $key:literal, $others:expr) => {
        Case {
            name: $name,
            html: include_str!(concat!("../articles/", $name, ".html")),
            title: $title,
            language: $language,
            minutes: $minutes,
            key: $key,
            others: &$others,
        }
    };
}

pub(crate) const CASES: [Case; 18] = [
    case!(
        "news",
        "Landslide cuts off mountain town as rescuers race to restore road",
        "en",
        2,
        "A landslide buried 400 metres",
        ["The county expects to open a single", "Geologists had warned of movement"]
    ),
    case!(
        "blog",
        "Why we moved our shop back to a single server",
        "en",
        2,
        "Last month we put everything back",
        ["My advice to small shops", "The median page took 480 ms"]
    ),
    case!(
        "docs",
        "Tern 3.0 release notes",
        "en",
        2,
        "Tern 3.0 replaces the polling",
        ["Configuration files in the old INI", "The server upgrades its database"]
    ),
    case!(
        "listicle",
        "7 small changes that cut our heating bill by a third",
        "en",
        2,
        "Taken together, seven changes",
        ["Balancing the radiators alone", "But the readers who wrote down"]
    ),
    case!(
        "longform",
        "The keepers of the slow ferry",
        "en",
        7,
        "Last spring the county council voted",
        [
            "This is a story about what happens",
            "The trust’s plan would keep",
            "The trouble is that the vote tied"
        ]
    ),
    case!(
        "interview",
        "“A glacier is an archive that is on fire”",
        "en",
        2,
        "My estimate is that we have",
        ["It is a race which we have partly lost", "That’s why we are now taking duplicates"]
    ),
    case!(
        "howto",
        "How to repair a bicycle tyre without a patch kit",
        "en",
        2,
        "You can get home by tying",
        ["Ride at half the usual pressure", "Then run your finger along"]
    ),
    case!(
        "abstract",
        "Night lighting and pollination in urban meadows",
        "en",
        2,
        "Street lighting reduced nocturnal visits",
        ["We conclude that dimming", "We compared 24 urban meadows"]
    ),
    case!(
        "obituary",
        "Wilhelmina Tarr, who taught a nation to hear birds, dies at 91",
        "en",
        2,
        "Wilhelmina Tarr, whose radio",
        ["She made more than 9,000 recordings", "In 1958 she borrowed a tape"]
    ),
    case!(
        "opinion",
        "Let the school day start later",
        "en",
        2,
        "Our schools should start at nine",
        ["In puberty the inner clock", "Where schools have moved to a later"]
    ),
    case!(
        "german",
        "Stadtbad Lindenau öffnet nach sechs Jahren wieder",
        "de",
        1,
        "Nach sechs Jahren Sanierung öffnet",
        ["Zum ersten Mal seit 2019", "Die Sanierung hat 18,6 Millionen"]
    ),
    case!(
        "french",
        "Un village achète sa dernière boulangerie",
        "fr",
        1,
        "En trois semaines, 212 habitants",
        ["À Sainte-Orge, 640 habitants", "Deux jeunes boulangères"]
    ),
    case!(
        "spanish",
        "El río que volvió a Valdehondo",
        "es",
        1,
        "El río ha vuelto a correr",
        ["El acuerdo consiste en cambiar", "Los ingresos de los agricultores"]
    ),
    case!(
        "portuguese",
        "O que aprendi em um ano sem carro",
        "pt-BR",
        2,
        "Em um ano sem carro gastei",
        ["O mais difícil não foi", "O meu conselho é fazer"]
    ),
    case!(
        "russian",
        "В Старом Бережке заработала библиотека на рельсах",
        "ru",
        1,
        "В посёлок Старый Бережок впервые",
        ["Затея обошлась в", "За первые четыре месяца"]
    ),
    case!(
        "japanese",
        "閉校した小学校がチーズ工房に 島の若者が再生",
        "ja",
        2,
        "瀬戸内海に浮かぶ",
        ["三人はこの乳に目をつけ", "いまでは月に六百個"]
    ),
    case!(
        "chinese",
        "山村小学用旧公交车建起流动天文台",
        "zh-CN",
        3,
        "清溪县石门村小学的师生",
        ["改造花了十一个月", "过去一年里"]
    ),
    case!(
        "arabic",
        "قرية جبلية تحصد الماء من الضباب",
        "ar",
        1,
        "بدأت قرية عين الصخر",
        ["تجمع الشبكات الأربعون", "عادت تسع عشرة فتاة"]
    ),
];

/// Articles that were written after everything that weighs sentences was settled,
/// to see how it does with texts that it was not made for. Their key sentences
/// need not all be found.
pub(crate) const UNSEEN: [Case; 3] = [
    case!(
        "review",
        "The Halden One: a phone you can mend with a coin",
        "en",
        2,
        "The Halden One is the first phone",
        ["Everybody else should wait", "A battery is $25"]
    ),
    case!(
        "report",
        "Half of rural post offices now lend tools, survey finds",
        "en",
        2,
        "A survey of 1,140 rural",
        ["Of those which lend tools", "The institute recommends that"]
    ),
    case!(
        "italian",
        "Il treno dei pendolari che si è messo a cantare",
        "it",
        1,
        "Il coro dei pendolari, nato per caso",
        ["A marzo l’azienda", "Secondo un questionario"]
    ),
];
