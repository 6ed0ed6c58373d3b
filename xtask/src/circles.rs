//! Files of a crate use each other in one direction. A file and those of its own folder are one subject: there both ways are open.

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::Path,
    };

    use syn::{Attribute, Item, UseTree};

    use crate::shell::root;

    type Module = Vec<String>;

    fn is_for_tests(attributes: &[Attribute]) -> bool {
        attributes
            .iter()
            .any(|attribute| attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|of| of == "test"))
    }

    /// Every path of a tree of imports.
    fn paths(tree: &UseTree, before: &[String], found: &mut Vec<Module>) {
        let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Module>();
        match tree {
            UseTree::Path(path) => paths(&path.tree, &with(&path.ident), found),
            UseTree::Name(name) => found.push(with(&name.ident)),
            UseTree::Rename(rename) => found.push(with(&rename.ident)),
            UseTree::Glob(_) => found.push(before.to_vec()),
            UseTree::Group(group) => group.items.iter().for_each(|item| paths(item, before, found)),
        }
    }

    fn files(folder: &Path, inside: &[String], found: &mut BTreeMap<Module, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let module: Module = match name.as_str() {
                "lib" | "main" | "mod" => inside.to_vec(),
                _ => inside.iter().cloned().chain([name]).collect(),
            };
            if path.is_dir() {
                files(&path, &module, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.insert(module, fs::read_to_string(path).unwrap());
            }
        }
    }

    /// The files of the crate that a file uses, but for those above and below it.
    fn used(module: &Module, text: &str, modules: &BTreeMap<Module, String>) -> BTreeSet<Module> {
        let mut found = Vec::new();
        for item in syn::parse_file(text).unwrap().items {
            if let Item::Use(item) = item
                && !is_for_tests(&item.attrs)
            {
                paths(&item.tree, &[], &mut found);
            }
        }
        let absolute = |path: Module| {
            let supers = path.iter().take_while(|part| *part == "super").count();
            match path.first().map(String::as_str) {
                Some("crate") => path[1..].to_vec(),
                Some("super") => module[..module.len() - supers].iter().chain(&path[supers..]).cloned().collect(),
                _ => module.iter().chain(&path).cloned().collect(),
            }
        };
        let file_of = |path: Module| (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|path| modules.contains_key(path));
        let others = found.into_iter().map(absolute).filter_map(file_of);
        others.filter(|other| !other.starts_with(module) && !module.starts_with(other)).collect()
    }

    /// The files from which a way leads back to themselves, or that lie between two such.
    fn circle(mut uses: BTreeMap<Module, BTreeSet<Module>>) -> Vec<Module> {
        loop {
            let ends: Vec<Module> = uses
                .iter()
                .filter(|(module, others)| others.is_empty() || !uses.values().any(|others| others.contains(*module)))
                .map(|(module, _)| module.clone())
                .collect();
            if ends.is_empty() {
                return uses.into_keys().collect();
            }
            for end in ends {
                uses.remove(&end);
                for others in uses.values_mut() {
                    others.remove(&end);
                }
            }
        }
    }

    #[test]
    fn no_file_uses_one_that_uses_it() {
        let mut looked_at = 0;
        for name in ["app", "charts", "demonstration", "disclosure", "domain", "formats", "migrations", "server", "services", "xtask"] {
            let mut modules = BTreeMap::new();
            files(&root().join(name).join("src"), &[], &mut modules);
            let uses = modules.iter().map(|(module, text)| (module.clone(), used(module, text, &modules))).collect();
            looked_at += modules.len();
            let circle = circle(uses);
            assert!(circle.is_empty(), "{name}: {circle:?}");
        }
        assert!(looked_at > 200, "{looked_at}");
    }

    #[test]
    fn a_circle_is_found() {
        let module = |name: &str| vec![name.to_owned()];
        let uses = [("a", "b"), ("b", "c"), ("c", "b"), ("d", "a")].map(|(from, to)| (module(from), BTreeSet::from([module(to)])));
        assert_eq!(circle(uses.into_iter().collect()), [module("b"), module("c")]);
    }
}
