//! What is not understood whole is not run: not in part, and not as it may have been meant.

use super::*;

#[test]
fn a_change_is_understood_whole_or_not_at_all() {
    check(&[
        ("stop the web-1", "left over the"),
        ("stop server web-1", "left over server"),
        ("stop start web-1", "left over start"),
        ("stop web-1 and start web-2", "left over start"),
        ("stop web-1 and", "left over and"),
        ("stop and web-1", "left over and"),
        ("stop web-1 or web-2", "left over or"),
        ("stop web-1 but not web-2", "left over but"),
        ("stop web-1 except web-2", "left over except"),
        ("stop web-1 now", "left over now"),
        ("stop web-1 tomorrow", "left over tomorrow"),
        ("stop web-1 <@U5>", "left over U5"),
        ("stop <!subteam^S5|@ops>", "left over S5"),
        ("stop <#C5|general>", "left over C5"),
        ("stop @bob", "left over @bob"),
        ("stop web-1 :pray:", "left over :pray:"),
        ("stop web-1 --", "left over --"),
        ("stop web-1 (prod)", "left over (prod)"),
        ("stop web-1; web-2", "left over web-1;"),
        ("stop bob's", "left over bob's"),
        ("stop \"\"", "left over \"\""),
        ("stop \"web 1", "left over \"web 1"),
        ("stop $(reboot)", "left over $(reboot)"),
        ("stop &lt;web-1&gt;", "left over <web-1>"),
        ("find instances not running", "left over not"),
        ("find web-1 --", "left over --"),
        ("stop web-1\nstop web-2", "many lines"),
        ("stop web-1\u{2028}web-2", "many lines"),
        ("<@UBOT>\nstop web-1\n", "stop; name web-1"),
        ("```\nstop web-1\n```", "stop; name web-1"),
    ]);
}

#[test]
fn what_is_unclear_is_never_run() {
    check(&[
        ("stpo web-1", "unclear stpo -> stop web-1"),
        ("stpo", "unclear stpo -> stop"),
        ("please stpo web-1 thanks", "unclear stpo -> stop web-1"),
        ("stat web-1", "unclear stat -> check web-1"),
        ("Strat web-1 for 2h", "unclear Strat -> start web-1 for 2h"),
        ("chekc tag:\"Cost Center\"=42", "unclear chekc -> check tag:\"Cost Center\"=42"),
        ("stpo web-1 =42", "unclear stpo web-1 =42"),
        ("stpo <@U5>", "unclear stpo U5"),
        ("stop, web-1", "stop; name web-1"),
        ("stop: web-1", "unclear stop: -> stop web-1"),
        ("*stop web-1*", "stop; name web-1"),
        ("*stop* web-1", "unclear *stop* -> stop web-1"),
        ("\"stop web-1\"", "unclear \"stop web-1\" -> stop web-1"),
        ("\"stop web-1\" x", "unclear \"stop web-1\" x"),
        ("web-1 stop", "unclear web-1 -> stop web-1"),
        ("web-1", "unclear web-1"),
        ("is web-1 running", "unclear is web-1 running"),
        ("ѕtор web-1", "unclear ѕtор web-1"),
        ("ѕtop web-1", "unclear ѕtop -> stop web-1"),
        ("ｓｔｏｐ web-1", "unclear ｓｔｏｐ web-1"),
        ("\u{212a}ill web-1", "unclear \u{212a}ill web-1"),
        ("st\u{200b}op web-1", "stop; name web-1"),
        ("stоp all", "unclear stоp all"),
        ("hlep", "unclear hlep -> help"),
        ("keep web-1 for 2h", "unclear keep web-1 for 2h"),
        ("undo", "unclear undo"),
        ("who stopped web-1", "unclear who stopped web-1"),
        ("policy list", "unclear policy list"),
        ("the list", "unclear the list"),
        ("do-not stop web-1", "unclear do-not stop web-1"),
        ("<@U5> stop web-1", "unclear U5 stop web-1"),
        ("I want to stop web-1", "unclear I want to stop web-1"),
        ("because stop", "unclear because stop"),
        ("shut web-1", "unclear shut web-1"),
        ("turn web-1 off", "unclear turn web-1 off"),
        ("$$$", "unclear $$$"),
    ]);
}

#[test]
fn words_that_ask_for_the_state_suggest_a_check() {
    check(&[
        ("health web-1", "unclear health -> check web-1"),
        ("state web-1", "unclear state -> check web-1"),
        ("info web-1", "check; name web-1"),
        ("up web-1", "unclear up -> check web-1"),
        ("ping web-1", "unclear ping -> check web-1"),
        ("uptime of web-1", "unclear uptime -> check of web-1"),
        ("boot up web-1", "start; name web-1"),
        ("bring up web-1", "start; name web-1"),
    ]);
}

#[test]
fn a_word_that_is_only_like_a_synonym_suggests_no_change() {
    check(&[
        ("terminal web-1", "unclear terminal web-1"),
        ("about", "unclear about"),
        ("about web-1", "unclear about web-1"),
        ("report", "unclear report"),
        ("halts web-1", "unclear halts web-1"),
        ("shutdwn web-1", "unclear shutdwn web-1"),
        ("destroi web-1", "unclear destroi web-1"),
        ("fill web-1", "unclear fill web-1"),
        ("term web-1", "unclear term -> terminate web-1"),
        ("rebot web-1", "unclear rebot -> reboot web-1"),
    ]);
}

#[test]
fn a_word_that_may_be_bold_is_asked_about_before_a_change() {
    check(&[
        ("start *web*", "bold *web* -> start web | start **web*"),
        ("stop *web-1* db-1", "bold *web-1* -> stop web-1 db-1 | stop **web-1* db-1"),
        ("stop *x*, *y*", "bold *x* -> stop x y | stop **x* **y*"),
        ("stop web-1 env=*dev*", "bold env=*dev* -> stop web-1 env=dev | stop web-1 env=**dev*"),
        (
            "stop tag:Env!=*prod* web-*",
            "bold tag:Env!=*prod* -> stop web-* tag:Env!=prod | stop web-* tag:Env!=**prod*",
        ),
        ("terminate *this*", "bold *this* -> terminate this | terminate **this*"),
        ("stop *web-1* --dry-run", "bold *web-1* -> stop web-1 --dry-run | stop **web-1* --dry-run"),
        ("stop *web* at 18:00", "bold *web* -> - | -"),
        // An id is an id, and what has another wildcard or a quotation mark is a pattern.
        ("stop *i-12345678*", "stop; id i-12345678"),
        ("stop *10.0.0.1*", "stop; ip 10.0.0.1"),
        ("stop **web*", "stop; pattern *web*"),
        ("stop *web**", "stop; pattern *web*"),
        ("stop *web-?*", "stop; pattern *web-?*"),
        ("stop *w*b*", "stop; pattern *w*b*"),
        ("stop *web", "stop; pattern *web"),
        ("stop \"*web*\"", "stop; name *web*"),
        ("stop env=\"*web*\"", "stop; where env=\\*web\\*"),
        // Nothing is changed by these.
        ("find *web*", "find; pattern *web*"),
        ("check *web*", "check; pattern *web*"),
    ]);
}

#[test]
fn italics_strikes_and_a_bold_line_are_plain_text() {
    check(&[
        ("stop _web-1_", "stop; name web-1"),
        ("stop ~web-1~ _i-12345678_", "stop; name web-1; id i-12345678"),
        ("stop web_1 _web_", "stop; name web_1; name web"),
        ("_stop_ web-1", "stop; name web-1"),
        ("*start web*", "start; name web"),
        ("<@UBOT> *start web*", "start; name web"),
        ("*<@UBOT> start web*", "start; name web"),
        ("_stop web-1_", "stop; name web-1"),
        ("~stop web-1~", "stop; name web-1"),
        ("*help*", "unclear *help* -> help"),
        ("*start web-**", "unclear *start -> start web-*"),
        ("stop \"_web-1_\"", "stop; name _web-1_"),
    ]);
}

#[test]
fn typed_asterisks_are_told_from_bold_ones() {
    for (typed, canonical, read_so) in [
        ("start *web*", "start **web*", "start; pattern *web*"),
        ("start *web* \n", "start **web* \n", "start; pattern *web*"),
        ("stop env=*dev* x", "stop env=**dev* x", "stop; name x; where env=*dev*"),
        ("stop tag:Env!=*dev* x", "stop tag:Env!=**dev* x", "stop; name x; where tag:Env!=*dev*"),
        (
            "stop web-1 because *x* fails",
            "stop web-1 because *x* fails",
            "stop; name web-1; because *x* fails",
        ),
        ("stop \"*web*\"", "stop \"*web*\"", "stop; name *web*"),
        ("stop  web-*", "stop  web-*", "stop; pattern web-*"),
        ("", "", "empty"),
    ] {
        assert_eq!(with_typed_asterisks(typed), canonical);
        assert_eq!(shown(&read(canonical)), read_so, "{canonical}");
    }
}

#[test]
fn other_services_are_named() {
    check(&[
        ("s3 list", "service s3"),
        ("S3", "service S3"),
        ("rds stop x", "service rds"),
        ("lambda invoke foo", "service lambda"),
        ("foo stop web-1", "service foo"),
        ("ec2 s3 list", "service s3"),
        ("ec2 stop web-1", "stop; name web-1"),
        ("stpo stop web-1", "unclear stpo stop web-1"),
    ]);
}
