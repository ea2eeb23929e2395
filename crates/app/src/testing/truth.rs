//! Whether what people read is true of the instances.

use super::World;

/// The lines of `text` that are false, as the instances are now.
pub(crate) fn falsehoods(world: &World, text: &str) -> Vec<String> {
    text.lines().filter(|line| !is_true(world, line)).map(str::to_owned).collect()
}

fn is_true(world: &World, line: &str) -> bool {
    let fleet = &world.fleet;
    if let Some(told) = line.strip_prefix("Done: ") {
        let (who, state) = state_of(told);
        return who.iter().all(|name| match state {
            "rebooting" => fleet.done(name) == ["reboot"],
            state => fleet.state(name).as_str() == state && fleet.done(name).len() == 1,
        });
    }
    if let Some(told) = line.strip_prefix("I lost contact while ") {
        let (doing, told) = told.split_once(' ').unwrap();
        let (name, told) = told.split_once(". It is *").unwrap();
        let name = name.trim_matches('`');
        let state = told.strip_suffix("* now; I did not try again.").unwrap();
        let unmoved = doing == "rebooting" || fleet.done(name).is_empty() || state != "running";
        return fleet.state(name).as_str() == state && unmoved;
    }
    if let Some((done, _)) = line.strip_suffix(" done.").and_then(|told| told.split_once(" of ")) {
        return fleet.all_done().len().to_string() == done;
    }
    if let Some((_, told)) = line.split_once(" AWS has accepted *stop* for ") {
        let (who, _) = told.split_once(", but I lost sight of it").unwrap();
        return names(who).iter().all(|name| fleet.done(name) == ["stop"]);
    }
    if let Some((_, told)) = line.split_once(" I left ") {
        return names(told.strip_suffix(" alone.").unwrap()).iter().all(|name| fleet.done(name).is_empty());
    }
    if ["Nothing else was done.", "Nothing was run.", "I did nothing."].iter().any(|end| line.ends_with(end))
    {
        return fleet.all_done().is_empty();
    }
    assert!(line.contains("I don't know whether"), "there is no way to judge this: {line}");
    true
}

/// `` `web-1` and `db-1` are *stopped* (6 s). ``
fn state_of(told: &str) -> (Vec<&str>, &str) {
    let (who, told) = told.split_once(" is *").or_else(|| told.split_once(" are *")).unwrap();
    (names(who), told.split_once('*').unwrap().0)
}

fn names(list: &str) -> Vec<&str> {
    list.split(" and ").flat_map(|part| part.split(", ")).map(|name| name.trim_matches('`')).collect()
}
