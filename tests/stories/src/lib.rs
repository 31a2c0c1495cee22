//! Stories on the real stack: pcscd with vpcd, dbus-daemon, the real `lanyardd`, outside clients.
//!
//! They stand in `tests/stories`, one file a theme. Each has a stack of its own and runs beside others.
