//! Introspection on the way to our objects (D-Bus Specification, `org.freedesktop.DBus.Introspectable`).
//!
//! By itself zbus answers with the whole tree below, requests and sessions among it. These nodes lead to what everybody
//! may see, and name no request and no session.

use lanyard_dbus::{REQUESTS, SESSIONS};
use zbus::{Connection, interface, names::InterfaceName};

/// Nodes above our objects, and what each leads to.
const SIGNPOSTS: [(&str, &str); 5] = [
    ("/", "<node name=\"org\"/>"),
    ("/org", "<node name=\"lanyard\"/>"),
    ("/org/lanyard", "<node name=\"Lanyard1\"/>"),
    (REQUESTS, ""),
    (SESSIONS, ""),
];

const INTROSPECTABLE: &str = "org.freedesktop.DBus.Introspectable";

/// A node that shows the way.
struct Signpost(&'static str);

/// A node without an interface of its own is taken away with its last child, and what it says with it.
struct Stays;

#[interface(name = "org.freedesktop.DBus.Introspectable", introspection_docs = false)]
impl Signpost {
    fn introspect(&self) -> String {
        format!(
            "<!DOCTYPE node PUBLIC \"-//freedesktop//DTD D-BUS Object Introspection 1.0//EN\"\n \
             \"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd\">\n\
             <node><interface name=\"{INTROSPECTABLE}\"><method name=\"Introspect\">\
             <arg name=\"xml_data\" type=\"s\" direction=\"out\"/></method></interface>{}</node>\n",
            self.0
        )
    }
}

#[interface(name = "lanyard.Stays", introspection_docs = false)]
impl Stays {}

/// Puts them up, on a connection that has its objects.
pub(super) async fn put_up(connection: &Connection) -> zbus::Result<()> {
    let server = connection.object_server();
    server.at(REQUESTS, Stays).await?;
    server.at(SESSIONS, Stays).await?;
    for (node, leads_to) in SIGNPOSTS {
        server.remove_named(node, InterfaceName::from_static_str(INTROSPECTABLE)?).await?;
        server.at(node, Signpost(leads_to)).await?;
    }
    Ok(())
}
