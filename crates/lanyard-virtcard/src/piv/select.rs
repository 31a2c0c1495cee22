//! SELECT (SP 800-73-4 part 2 §3.1.1): the PIV application by its full or right-truncated name, or the
//! other application that this card carries so that selecting something else can be tested.

use lanyard_iso7816::{Command, Status};

use super::{Application, Installed, Security, Selected};
use crate::bytes::object;

/// SP 800-73-4 part 1 §2.2: registered identifier of NIST, then the identifier extension with version.
pub(crate) const PIV: &[u8] = &[0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0];
/// The shortest name by which PIV is meant: without the two bytes of the version.
const PIV_WITHOUT_VERSION: usize = 9;
/// The registered identifier alone, as some terminals send it.
const NIST: usize = 5;
/// A proprietary name (ISO/IEC 7816-5 §5: first nibble `F`), of no meaning.
const OTHER: &[u8] = b"\xF0LANYARD";

const BY_NAME: u8 = 0x04;

impl Application {
    pub(super) fn select(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        if (command.p1, command.p2) != (BY_NAME, 0) {
            return Err(Status::INCORRECT_PARAMETERS);
        }
        let name = command.body.bytes();
        let is_piv =
            PIV.starts_with(name) && (name.len() >= PIV_WITHOUT_VERSION || name.len() == NIST);
        match self.installed {
            // An application selected again keeps its security state.
            Installed::Piv if is_piv => {
                self.selected = Selected::Piv;
                Ok(template())
            }
            Installed::Piv | Installed::OtherOnly if name == OTHER => {
                self.selected = Selected::Other;
                self.security = Security::default();
                Ok(Vec::new())
            }
            // What was selected stays selected, with all it knows.
            Installed::Piv | Installed::OtherOnly => Err(Status::NOT_FOUND),
        }
    }
}

/// The application property template (part 2 table 3). `AC`, the algorithms of secure messaging, is
/// absent because this card has none.
fn template() -> Vec<u8> {
    let authority = object(0x4F, PIV.get(..NIST).unwrap_or_default());
    let content = [
        object(0x4F, PIV.get(NIST..).unwrap_or_default()),
        object(0x79, &authority),
        object(0x50, b"Lanyard virtual PIV card"),
        object(0x5F50, b"https://csrc.nist.gov/pubs/sp/800/73/4/upd1/final"),
    ];
    object(0x61, &content.concat())
}
