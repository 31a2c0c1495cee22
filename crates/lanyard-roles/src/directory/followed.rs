//! Whose files are watched: those of the holders that were asked for last, so many and no more, and which
//! folders lie on the way to them. Adding one costs the same however many there are.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use crate::identifiers::Uuid;

/// The holders' files.
#[derive(Debug)]
pub(super) struct Followed {
    root: PathBuf,
    most: usize,
    turn: u64,
    /// The files, and when each was asked for last.
    files: BTreeMap<Uuid, (u64, PathBuf)>,
    /// Who was asked for when.
    turns: BTreeMap<u64, Uuid>,
    /// How many of the files are in a folder below the root, or in one within it.
    ways: HashMap<PathBuf, usize>,
}

impl Followed {
    /// Nobody's files, which will be below this folder.
    pub(super) fn new(root: PathBuf, most: usize) -> Self {
        let (files, turns, ways) = Default::default();
        Self { root, most, turn: 0, files, turns, ways }
    }

    /// Takes a holder's file. Whoever was asked for the longest ago may go: the folders below the root that are
    /// on nobody's way any more, the innermost first.
    pub(super) fn add(&mut self, holder: Uuid, file: &Path) -> Vec<PathBuf> {
        self.turn += 1;
        self.turns.insert(self.turn, holder);
        if let Some((before, _)) = self.files.insert(holder, (self.turn, file.to_owned())) {
            self.turns.remove(&before);
            return Vec::new();
        }
        for folder in self.way_to(file) {
            *self.ways.entry(folder).or_default() += 1;
        }
        if self.files.len() <= self.most {
            return Vec::new();
        }
        let oldest = self.turns.pop_first().and_then(|(_, oldest)| self.files.remove(&oldest));
        oldest.map_or_else(Vec::new, |(_, file)| self.unused_without(&file))
    }

    /// Everybody's file.
    pub(super) fn files(&self) -> impl Iterator<Item = (Uuid, &Path)> {
        self.files.iter().map(|(holder, (_, file))| (*holder, file.as_path()))
    }

    fn unused_without(&mut self, file: &Path) -> Vec<PathBuf> {
        let mut unused = self.way_to(file);
        unused.retain(|folder| match self.ways.get_mut(folder) {
            Some(files) if *files > 1 => {
                *files -= 1;
                false
            }
            Some(_) | None => self.ways.remove(folder).is_some(),
        });
        unused
    }

    /// The folders between the root and a file.
    fn way_to(&self, file: &Path) -> Vec<PathBuf> {
        let above = file.ancestors().skip(1);
        let below_root = above.take_while(|it| *it != self.root && it.starts_with(&self.root));
        below_root.map(Path::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(followed: &mut Followed, holder: &str) -> Vec<PathBuf> {
        let file = format!("/roles/{}/{}/{holder}.jws", &holder[..2], &holder[2..4]);
        followed.add(Uuid::parse(holder).unwrap(), Path::new(&file))
    }

    fn folders(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn a_folder_goes_with_the_last_file_on_the_way_to_which_it_lies() {
        let mut followed = Followed::new("/roles".into(), 2);
        assert_eq!(add(&mut followed, "656000000001"), folders(&[]));
        assert_eq!(add(&mut followed, "656100000001"), folders(&[]));
        assert_eq!(add(&mut followed, "656100000002"), folders(&["/roles/65/60"]));
        assert_eq!(add(&mut followed, "700000000001"), folders(&[]));
        assert_eq!(add(&mut followed, "700000000002"), folders(&["/roles/65/61", "/roles/65"]));
        assert_eq!(followed.ways.len(), 2);
    }

    #[test]
    fn whoever_is_asked_for_again_stays() {
        let mut followed = Followed::new("/roles".into(), 2);
        for holder in ["656000000001", "656100000001", "656000000001"] {
            add(&mut followed, holder);
        }
        assert_eq!(add(&mut followed, "656000000002"), folders(&["/roles/65/61"]));
        let holders: Vec<_> = followed.files().map(|(holder, _)| holder.to_string()).collect();
        assert_eq!(holders, ["656000000001", "656000000002"]);
        assert_eq!(followed.turns.len(), 2);
    }

    #[test]
    fn files_in_the_root_itself_are_on_no_way() {
        let mut followed = Followed::new("/roles".into(), 1);
        for holder in ["656000000001", "656000000002"] {
            let file = format!("/roles/{holder}.jws");
            let unused = followed.add(Uuid::parse(holder).unwrap(), Path::new(&file));
            assert_eq!(unused, folders(&[]));
        }
    }
}
