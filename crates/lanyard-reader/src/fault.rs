//! What each PC/SC return code means.
