//! The directory tells that a document may be another, and answers by its deadline.

use std::fs;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use lanyard_roles::Uuid;
use lanyard_roles::directory::{
    Answer, FolderDirectory, FolderSettings, Layout, News, RoleDirectory,
};
use lanyard_test_roles::{Authority, persona, write_folder, write_persona};
use tempfile::TempDir;

use crate::{later, now};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A site whose directory is watched.
struct Site {
    below: TempDir,
    authority: Authority,
    settings: FolderSettings,
}

impl Site {
    fn new(layout: Layout) -> Self {
        let below = tempfile::tempdir().unwrap();
        let authority = Authority::new("ra");
        let mut settings = write_folder(below.path(), &authority, now()).unwrap();
        settings.layout = layout;
        write_persona(&settings, &persona("nurse", now()), &authority, now()).unwrap();
        Self { below, authority, settings }
    }

    fn open(&self) -> (FolderDirectory, Receiver<News>) {
        let (tell, news) = channel();
        let directory = FolderDirectory::open(self.settings.clone(), move |news| {
            let _closed = tell.send(news);
        });
        assert_eq!(news.recv_timeout(PATIENCE), Ok(News::Keys(Vec::new())));
        (directory.unwrap(), news)
    }
}

fn nurse() -> Uuid {
    persona("nurse", now()).holder
}

async fn roles(directory: &FolderDirectory, holder: Uuid, seconds: i64) -> Option<usize> {
    let answer: Answer = directory.look_up(holder, later(seconds), PATIENCE).await.unwrap();
    answer.document().map(|document| document.roles().len())
}

#[tokio::test]
async fn a_replaced_file_is_told_and_read_anew() {
    for layout in [Layout::Flat, Layout::ByPrefix] {
        let site = Site::new(layout);
        let (directory, news) = site.open();
        assert_eq!(roles(&directory, nurse(), 0).await, Some(1));
        let mut none = persona("nurse", now());
        none.userinfo["nhsid_nrbac_roles"] = serde_json::json!([]);
        write_persona(&site.settings, &none, &site.authority, later(1)).unwrap();
        assert_eq!(news.recv_timeout(PATIENCE), Ok(News::Changed(nurse())));
        assert_eq!(roles(&directory, nurse(), 1).await, Some(0));
        fs::remove_file(site.settings.signed_file(nurse())).unwrap();
        assert_eq!(news.recv_timeout(PATIENCE), Ok(News::Changed(nurse())));
        assert_eq!(roles(&directory, nurse(), 2).await, None);
    }
}

#[tokio::test]
async fn files_of_others_are_nobodys_news() {
    let site = Site::new(Layout::Flat);
    let (directory, news) = site.open();
    assert_eq!(roles(&directory, nurse(), 0).await, Some(1));
    let gp = persona("gp", now());
    write_persona(&site.settings, &gp, &site.authority, later(1)).unwrap();
    write_persona(&site.settings, &persona("nurse", now()), &site.authority, later(1)).unwrap();
    assert_eq!(news.recv_timeout(PATIENCE), Ok(News::Changed(nurse())));
    assert_eq!(roles(&directory, gp.holder, 1).await, Some(3));
    drop(directory);
    let rest: Vec<News> = news.iter().collect();
    assert!(rest.iter().all(|news| *news == News::Changed(nurse())), "{rest:?}");
}

#[tokio::test]
async fn a_holder_who_comes_to_be_with_all_folders_is_told() {
    let site = Site::new(Layout::ByPrefix);
    fs::remove_dir_all(&site.settings.folder).unwrap();
    fs::create_dir(&site.settings.folder).unwrap();
    let (directory, news) = site.open();
    assert_eq!(roles(&directory, nurse(), 0).await, None);
    write_persona(&site.settings, &persona("nurse", now()), &site.authority, now()).unwrap();
    let mut found = None;
    while found.is_none() {
        assert_eq!(news.recv_timeout(PATIENCE), Ok(News::Changed(nurse())));
        found = roles(&directory, nurse(), 0).await;
    }
    assert_eq!(found, Some(1));
}

#[tokio::test]
async fn a_folder_that_is_swapped_for_another_is_told_and_watched() {
    let site = Site::new(Layout::Flat);
    let (directory, news) = site.open();
    assert_eq!(roles(&directory, nurse(), 0).await, Some(1));
    let (away, beside) = (site.below.path().join("away"), site.below.path().join("beside"));
    fs::create_dir(&beside).unwrap();
    fs::rename(&site.settings.folder, &away).unwrap();
    fs::rename(&beside, &site.settings.folder).unwrap();
    while roles(&directory, nurse(), 1).await.is_some() {
        assert_eq!(news.recv_timeout(PATIENCE), Ok(News::Changed(nurse())));
    }
    write_persona(&site.settings, &persona("nurse", now()), &site.authority, later(2)).unwrap();
    while roles(&directory, nurse(), 2).await.is_none() {
        assert_eq!(news.recv_timeout(PATIENCE), Ok(News::Changed(nurse())));
    }
}

#[tokio::test]
async fn a_key_that_is_taken_away_is_told_and_its_documents_count_no_more() {
    let site = Site::new(Layout::Flat);
    let (directory, news) = site.open();
    assert_eq!(roles(&directory, nurse(), 0).await, Some(1));
    fs::remove_file(site.settings.keys.join("ra.pem")).unwrap();
    let problems = loop {
        match news.recv_timeout(PATIENCE).unwrap() {
            News::Keys(problems) => break problems,
            News::AllChanged => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(problems.len(), 1, "the settings speak of it");
    assert_eq!(news.recv_timeout(PATIENCE), Ok(News::AllChanged));
    assert_eq!(roles(&directory, nurse(), 0).await, None);
}

#[tokio::test]
async fn only_so_many_holders_are_followed_and_those_are_told() {
    let mut site = Site::new(Layout::ByPrefix);
    site.settings.kept = 2;
    for name in ["gp", "rich"] {
        write_persona(&site.settings, &persona(name, now()), &site.authority, now()).unwrap();
    }
    let (directory, news) = site.open();
    let [gp, rich] = ["gp", "rich"].map(|name| persona(name, now()));
    for (holder, count) in [(nurse(), 1), (gp.holder, 3), (rich.holder, 40)] {
        assert_eq!(roles(&directory, holder, 0).await, Some(count));
    }
    write_persona(&site.settings, &persona("nurse", now()), &site.authority, later(1)).unwrap();
    write_persona(&site.settings, &gp, &site.authority, later(1)).unwrap();
    assert_eq!(news.recv_timeout(PATIENCE), Ok(News::Changed(gp.holder)));
}
