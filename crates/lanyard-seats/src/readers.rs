//! The seat of a reader, from what udev says of its USB device and from the settings.
//!
//! What udev says is read where readers are asked about themselves (`lanyard_reader::seat`); nothing is read here.

use crate::SeatName;

/// A setting: the seat of readers that are no USB devices, by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatByName {
    /// What the reader's name contains.
    pub name_contains: String,
    /// Where it is.
    pub seat: SeatName,
}

/// Where readers are that udev knows nothing of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeatsOfReaders {
    /// The first that fits counts.
    pub by_name: Vec<SeatByName>,
    /// All others.
    pub otherwise: SeatName,
}

impl SeatsOfReaders {
    /// The seat of a reader. udev knows best; a name it gives that is no seat's puts the reader at no seat, because
    /// nobody knows whose it is.
    pub fn seat_of(&self, name: &str, by_udev: Option<&str>) -> Option<SeatName> {
        match by_udev {
            Some(seat) => SeatName::new(seat).ok(),
            None => Some(self.by_settings(name)),
        }
    }

    fn by_settings(&self, name: &str) -> SeatName {
        let fits = |setting: &&SeatByName| name.contains(&setting.name_contains);
        let setting = self.by_name.iter().find(fits);
        setting.map_or_else(|| self.otherwise.clone(), |setting| setting.seat.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(name: &str) -> SeatName {
        SeatName::new(name).unwrap()
    }

    fn settings() -> SeatsOfReaders {
        let by = |contains: &str, name| SeatByName {
            name_contains: contains.to_owned(),
            seat: seat(name),
        };
        SeatsOfReaders {
            by_name: vec![by("Serial 1", "seat-left"), by("Serial", "seat-right")],
            otherwise: seat("seat0"),
        }
    }

    #[test]
    fn udev_knows_best() {
        let found = settings().seat_of("Serial 1 00 00", Some("seat-ward-2"));
        assert_eq!(found, Some(seat("seat-ward-2")));
    }

    #[test]
    fn without_udev_the_first_setting_that_fits_counts() {
        let settings = settings();
        assert_eq!(settings.seat_of("Serial 1 00 00", None), Some(seat("seat-left")));
        assert_eq!(settings.seat_of("Serial 2 00 00", None), Some(seat("seat-right")));
        assert_eq!(settings.seat_of("Virtual PCD 00 00", None), Some(seat("seat0")));
    }

    #[test]
    fn a_seat_that_cannot_be_one_is_nobody_s() {
        assert_eq!(settings().seat_of("Serial 1 00 00", Some("ward/2")), None);
    }
}
