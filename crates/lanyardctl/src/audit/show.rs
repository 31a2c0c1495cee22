//! `lanyardctl audit show`: the records that are asked for, one a line.
//!
//! Shows, verifies nothing: `audit verify` says whether what is shown can be believed.

use std::{
    io::{self, Write},
    path::Path,
};

use lanyard_audit::{Filter, Shown};
use serde_json::json;

use super::files;
use crate::{
    Failure,
    output::{Form, printable},
};

/// Shows what fits, in the order of the log. What is no record is shown as that.
pub(crate) fn show(log: &Path, filter: &Filter, form: Form) -> Result<(), Failure> {
    let files = files(log)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut shown = 0_u64;
    lanyard_audit::show(&files, filter, |what| {
        shown += 1;
        let line = match form {
            Form::Words => words(&what),
            Form::Json => json(what),
        };
        Ok::<_, Failure>(writeln!(out, "{line}")?)
    })?;
    out.flush()?;
    if shown == 0 && form == Form::Words {
        writeln!(out, "No record of the log is asked for by that.")?;
        out.flush()?;
    }
    Ok(())
}

fn words(what: &Shown) -> String {
    match what {
        Shown::Entry(entry) => entry.to_string(),
        Shown::Unreadable { .. } => format!("(!) {}", printable(&what.to_string())),
    }
}

/// A record is the line as it is in the file.
fn json(what: Shown) -> String {
    match what {
        Shown::Entry(entry) => entry.line,
        Shown::Unreadable { file, line, bytes } => {
            json!({ "unreadable": { "file": file.to_string_lossy(), "line": line, "bytes": bytes } })
                .to_string()
        }
    }
}
