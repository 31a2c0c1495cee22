//! The personas at hand: those of the project are compiled in; a file of the same form adds or replaces
//! some.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Deserialize;

use crate::persona::Persona;

const COMPILED_IN: &str = include_str!("personas.toml");

/// The personas at hand, by name.
#[derive(Clone, Debug)]
pub struct Personas(BTreeMap<String, Persona>);

/// Why there are no personas.
#[derive(Debug, thiserror::Error)]
pub enum PersonaError {
    /// The file could not be read.
    #[error("cannot read the personas in {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The text is no list of personas.
    #[error("the personas are not understood: {0}")]
    Text(#[from] toml::de::Error),
    /// A value is not possible.
    #[error("persona {name}: {reason}")]
    Impossible {
        /// The persona's name.
        name: String,
        /// What would be right.
        reason: &'static str,
    },
    /// There is none of this name.
    #[error("there is no persona \"{name}\"; there are: {known}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    persona: Vec<Persona>,
}

impl Personas {
    /// The personas of the project.
    ///
    /// # Errors
    /// None in a released build: a test reads them.
    pub fn compiled_in() -> Result<Self, PersonaError> {
        let mut personas = Self(BTreeMap::new());
        personas.add(COMPILED_IN)?;
        Ok(personas)
    }

    /// Adds those of a file; one with a known name replaces it.
    ///
    /// # Errors
    /// [`PersonaError`] when the file cannot be read or says something impossible.
    pub fn add_file(&mut self, path: &Path) -> Result<(), PersonaError> {
        let text = fs::read_to_string(path)
            .map_err(|source| PersonaError::File { path: path.to_owned(), source })?;
        self.add(&text)
    }

    /// Adds those of a text.
    ///
    /// # Errors
    /// [`PersonaError`] when it says something impossible.
    pub fn add(&mut self, text: &str) -> Result<(), PersonaError> {
        for persona in toml::from_str::<Document>(text)?.persona {
            if let Some(reason) = persona.impossible() {
                let name = persona.name;
                return Err(PersonaError::Impossible { name, reason });
            }
            self.0.insert(persona.name.clone(), persona);
        }
        Ok(())
    }

    /// The persona of this name.
    ///
    /// # Errors
    /// [`PersonaError::Unknown`] names those there are.
    pub fn named(&self, name: &str) -> Result<&Persona, PersonaError> {
        self.0.get(name).ok_or_else(|| PersonaError::Unknown {
            name: name.to_owned(),
            known: self.0.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
        })
    }

    /// All of them, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Persona> {
        self.0.values()
    }
}
