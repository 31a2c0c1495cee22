//! `lanyardctl certificate` with the real daemon, and how its other commands speak of certificates.

mod desk;
mod personas;
mod unusual;
