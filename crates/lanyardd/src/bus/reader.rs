//! `org.lanyard.Lanyard1.Reader`, one object a reader.

use zbus::{OwnedObjectPath, fdo, interface};

use super::{Published, gone, paths};
use crate::engine::{Public, Reader, ReaderId};

#[derive(Debug)]
pub(super) struct ReaderObject {
    id: ReaderId,
    published: Published,
}

impl ReaderObject {
    pub(super) const fn new(id: ReaderId, published: Published) -> Self {
        Self { id, published }
    }

    fn read<T>(&self, property: impl FnOnce(&Reader) -> T) -> fdo::Result<T> {
        let picture = self.published.borrow();
        Public::of(&picture).reader(self.id).map(property).ok_or_else(|| gone("reader"))
    }
}

#[interface(name = "org.lanyard.Lanyard1.Reader", introspection_docs = false)]
impl ReaderObject {
    #[zbus(property(emits_changed_signal = "const"))]
    fn name(&self) -> fdo::Result<String> {
        self.read(|reader| reader.name.to_string())
    }

    #[zbus(property)]
    fn seat(&self) -> fdo::Result<String> {
        self.read(|reader| reader.seat_name().to_owned())
    }

    #[zbus(property)]
    fn has_pin_pad(&self) -> fdo::Result<bool> {
        self.read(|reader| reader.pin_pad.is_some())
    }

    #[zbus(property)]
    fn card(&self) -> fdo::Result<OwnedObjectPath> {
        self.read(|reader| paths::card_or_none(reader.card))
    }
}
